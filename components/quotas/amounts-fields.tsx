'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { type AmountKind, amountKinds } from '@/lib/quotas/amount-views'
import { type AmountsDraft, readAmounts } from './amounts-draft'

interface Props {
  value: AmountsDraft
  onChange: (value: AmountsDraft) => void
}

/** All that the units there may have together, kind by kind. */
export function AmountsFields({ value, onChange }: Props) {
  const t = useTranslations()
  const { wrong } = readAmounts(value)
  const units: Partial<Record<AmountKind, string>> = { cpuMillis: t('sizes.cores'), memoryMib: 'MiB', diskMib: 'MiB' }
  return amountKinds.map((kind) => {
    const id = `amount-${kind}`
    const bad = wrong.includes(kind)
    return (
      <Field
        key={kind}
        id={id}
        label={t(`quotas.kind.${kind}`)}
        help={t('quotas.emptyIsNoLimit')}
        error={bad ? t(`quotas.rule.${kind}`) : undefined}
      >
        <Input
          id={id}
          boxClass="narrow"
          inputMode="decimal"
          unit={units[kind]}
          bad={bad}
          aria-describedby={describedBy(id, bad, true)}
          value={value[kind]}
          onChange={(event) => onChange({ ...value, [kind]: event.target.value })}
        />
      </Field>
    )
  })
}
