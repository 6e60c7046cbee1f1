'use client'

import { useTranslations } from 'use-intl'
import { cores, formatMib } from '@/components/ui/sizes'
import { type AmountKind, type Amounts, amountKinds } from '@/lib/quotas/amount-views'

const isCount = (kind: AmountKind) => kind === 'units' || kind === 'services'

/** Amounts of a quota in words. */
export function useAmountWords() {
  const t = useTranslations()
  const say = (kind: AmountKind, value: number): string =>
    isCount(kind) ? String(value) : kind === 'cpuMillis' ? t('services.cores', { n: cores(value) }) : formatMib(value)
  return {
    say,
    /** "4 units, 2 cores", or that there is no limit. */
    list(amounts: Amounts): string {
      const parts = amountKinds.flatMap((kind) => {
        const value = amounts[kind]
        return value === null ? [] : [t(`quotas.of.${kind}`, { n: isCount(kind) ? value : 0, size: say(kind, value) })]
      })
      return parts.length > 0 ? parts.join(', ') : t('quotas.noLimit')
    },
  }
}
