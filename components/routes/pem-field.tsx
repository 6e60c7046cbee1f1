'use client'

import { type ChangeEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'

interface Props {
  id: string
  label: string
  help: string
  error: string | undefined
  value: string
  onChange: (text: string) => void
}

const mostBytes = 100_000

/** A text in PEM: pasted, or read of a file. */
export function PemField({ id, label, help, error, value, onChange }: Props) {
  const t = useTranslations()
  const file = useRef<HTMLInputElement>(null)
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = event.target.files ?? []
    event.target.value = ''
    if (chosen) onChange((await chosen.text()).slice(0, mostBytes))
  }
  return (
    <Field id={id} label={label} help={help} error={error}>
      <textarea
        id={id}
        className={error ? 'input bad mono' : 'input mono'}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        placeholder="-----BEGIN …"
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, error, help)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="mt-2">
        <Button size="sm" tone="ghost" onClick={() => file.current?.click()}>
          {t('routes.fromFile')}
        </Button>
        <input
          ref={file}
          type="file"
          className="sr-only"
          tabIndex={-1}
          aria-label={`${label}: ${t('routes.fromFile')}`}
          onChange={(event) => void read(event)}
        />
      </div>
    </Field>
  )
}
