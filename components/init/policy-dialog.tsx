'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useSay } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import type { InitPackage } from '@/lib/init/views'
import type { InitCheck, InitKind } from '@/lib/protocol/init'
import { draftOf, type PolicyDraft, readDraft } from './policy-draft'
import { type PolicyField, policyFields, policyKinds } from './policy-fields'

interface Props {
  /** Missing: a new one. */
  check?: InitCheck
  packages: readonly InitPackage[]
  onDone: (check: InitCheck) => void
  close: () => void
}

interface OneProps {
  field: PolicyField
  value: string
  onChange: (value: string) => void
  packages: readonly InitPackage[]
  bad: boolean
}

function Control({ field, value, onChange, packages, bad }: OneProps) {
  const t = useTranslations()
  const id = `policy-${field.key}`
  if (field.type === 'switch') {
    return (
      <div className="row switch-row">
        <Switch id={id} checked={value === 'yes'} onChange={(on) => onChange(on ? 'yes' : '')} describedBy={`${id}-help`} />
        <span>{t(value === 'yes' ? 'config.on' : 'config.off')}</span>
      </div>
    )
  }
  if (field.type === 'package') {
    return (
      <Select
        id={id}
        value={value || null}
        onChange={onChange}
        bad={bad}
        placeholder={t('config.choose')}
        options={packages.map(({ name, version, digest }) => ({ value: digest, label: name, note: version }))}
      />
    )
  }
  return (
    <Input
      id={id}
      spellCheck={false}
      bad={bad}
      aria-describedby={describedBy(id, bad, true)}
      {...(field.type === 'number' ? { inputMode: 'decimal', boxClass: 'narrow' } : {})}
      {...(field.unit ? { unit: field.unit } : {})}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

/** One policy: its kind, and what that kind asks for. */
export function PolicyDialog({ check, packages, onDone, close }: Props) {
  const t = useTranslations()
  const [kind, setKind] = useState<InitKind>(check?.kind ?? 'memory')
  const [draft, setDraft] = useState<PolicyDraft>(() => draftOf(kind, check))
  const [touched, touch] = useState<readonly string[]>(check ? policyFields[kind].map(({ key }) => key) : [])
  const { check: read, wrong } = readDraft(kind, draft, packages)
  const first = wrong[0]
  const wordOf = useSay()
  const choose = (next: string) => {
    setKind(next as InitKind)
    setDraft(draftOf(next as InitKind))
    touch([])
  }
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={t(check ? 'init.edit' : 'init.add')}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button
            tone="primary"
            why={first ? t('init.fixFirst', { field: wordOf(`init.field.${first}`) }) : undefined}
            onClick={() => (read ? onDone(read) : undefined)}
          >
            {t(check ? 'init.change' : 'init.add')}
          </Button>
        </>
      }
    >
      <Field id="policy-kind" label={t('init.kindLabel')} help={t(`init.help.${kind}`)}>
        <Select
          id="policy-kind"
          value={kind}
          onChange={choose}
          options={policyKinds.map((one) => ({ value: one, label: t(`init.kind.${one}`) }))}
        />
      </Field>
      {policyFields[kind].map((field) => {
        const bad = wrong.includes(field.key) && touched.includes(field.key)
        const rule = wordOf(`init.rule.${field.key}`)
        return (
          <Field
            key={field.key}
            id={`policy-${field.key}`}
            label={wordOf(`init.field.${field.key}`)}
            error={bad ? rule : undefined}
            help={rule}
          >
            <Control
              field={field}
              value={draft[field.key] ?? ''}
              bad={bad}
              packages={packages}
              onChange={(value) => {
                setDraft({ ...draft, [field.key]: value })
                if (!touched.includes(field.key)) touch([...touched, field.key])
              }}
            />
          </Field>
        )
      })}
    </Dialog>
  )
}
