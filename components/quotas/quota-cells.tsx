'use client'

import { useTranslations } from 'use-intl'
import { Meter } from '@/components/ui/meter'
import { type AmountKind, type Amounts, amountKinds, type Used } from '@/lib/quotas/amount-views'
import { useAmountWords } from './use-amount-words'

/** How much of one kind is used, and of how much. */
export function QuotaCell({ kind, quota, used }: { kind: AmountKind; quota: Amounts | null; used: Used }) {
  const t = useTranslations()
  const { say } = useAmountWords()
  if (!quota) return <span className="t3">–</span>
  const limit = quota[kind]
  if (limit === null) return <span className="num">{say(kind, used[kind])}</span>
  return (
    <Meter percent={limit > 0 ? (used[kind] / limit) * 100 : 100}>
      {t('quotas.usedOf', { used: say(kind, used[kind]), limit: say(kind, limit) })}
    </Meter>
  )
}

export function useQuotaColumns<Row extends { quota: Amounts | null; used: Used }>() {
  const t = useTranslations()
  return amountKinds.map((kind) => ({
    key: kind,
    head: t(`quotas.kind.${kind}`),
    wide: kind !== 'units',
    cell: (row: Row) => <QuotaCell kind={kind} quota={row.quota} used={row.used} />,
  }))
}
