'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import type { SchemaField } from './schema-fields'

interface Props {
  field: SchemaField
  id: string
  /** What was typed; undefined = the default holds. */
  value: unknown
  onChange: (value: unknown) => void
  onBlur: () => void
  bad: boolean
  describedBy: string | undefined
}

const asText = (value: unknown) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))

/** Twenty-four random bytes, readable aloud if it must be. */
const generateSecret = () =>
  [...crypto.getRandomValues(new Uint8Array(24))]
    .map((byte) => 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 56])
    .join('')

function Choice({ field, id, value, onChange, bad, describedBy }: Props) {
  const t = useTranslations()
  const current = asText(value ?? field.default)
  return (
    <Select
      id={id}
      value={current || null}
      onChange={onChange}
      bad={bad}
      describedBy={describedBy}
      placeholder={t('config.choose')}
      options={field.choices.map((choice) => ({
        value: choice,
        label: choice,
        note: choice === field.default ? t('config.isDefault') : undefined,
      }))}
    />
  )
}

function Secret({ id, value, onChange, onBlur, bad, describedBy }: Props) {
  const t = useTranslations()
  return (
    <div className="row">
      <Input
        id={id}
        boxClass="grow"
        icon="lock"
        type="password"
        autoComplete="new-password"
        value={asText(value)}
        bad={bad}
        aria-describedby={describedBy}
        onBlur={onBlur}
        onChange={(event) => onChange(event.target.value)}
      />
      <Button onClick={() => onChange(generateSecret())}>{t('config.generate')}</Button>
    </div>
  )
}

function TextArea({ field, id, value, onChange, onBlur, bad, describedBy }: Props) {
  const list = field.kind === 'list'
  const shown = Array.isArray(value) ? value.join('\n') : asText(value)
  const fallback = Array.isArray(field.default) ? field.default.join('\n') : asText(field.default)
  return (
    <textarea
      id={id}
      className={bad ? 'input bad' : 'input'}
      rows={list ? 3 : 4}
      value={shown}
      placeholder={fallback}
      aria-describedby={describedBy}
      aria-invalid={bad || undefined}
      spellCheck={false}
      onBlur={onBlur}
      onChange={(event) => onChange(event.target.value === '' ? undefined : list ? event.target.value.split('\n') : event.target.value)}
    />
  )
}

/** One control for each kind of value. Emptied means: the default again. */
export function FieldControl(props: Props) {
  const { field, id, value, onChange, onBlur, bad, describedBy } = props
  const t = useTranslations()
  if (field.secret) return <Secret {...props} />
  if (field.kind === 'boolean') {
    const on = (value ?? field.default ?? false) === true
    return (
      <div className="row switch-row">
        <Switch id={id} checked={on} onChange={onChange} describedBy={describedBy} />
        <span>{t(on ? 'config.on' : 'config.off')}</span>
      </div>
    )
  }
  if (field.kind === 'choice') return <Choice {...props} />
  if (field.kind === 'list' || field.kind === 'long' || field.kind === 'json') return <TextArea {...props} />
  const numeric = field.kind === 'number' || field.kind === 'integer'
  return (
    <Input
      id={id}
      value={asText(value)}
      placeholder={asText(field.default)}
      unit={field.unit ?? undefined}
      bad={bad}
      inputMode={numeric ? 'decimal' : undefined}
      aria-describedby={describedBy}
      onBlur={onBlur}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
    />
  )
}
