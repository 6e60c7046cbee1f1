'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

interface Props {
  secret: boolean
  value: string
  onChange: (value: string) => void
  error: string | undefined
}

/** What the variable shall be: a secret is typed unseen and shown nowhere after. */
export function ValueField({ secret, value, onChange, error }: Props) {
  const t = useTranslations()
  const help = secret ? t('config.secretHelp') : undefined
  const common = { id: 'variable-value', value, 'aria-describedby': describedBy('variable-value', error, help) }
  return (
    <Field id="variable-value" label={t('services.value')} help={help} error={error}>
      {secret ? (
        <Input
          {...common}
          type="password"
          icon="lock"
          autoComplete="new-password"
          bad={error !== undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...common}
          className={error ? 'input bad' : 'input'}
          rows={3}
          spellCheck={false}
          maxLength={32_000}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
