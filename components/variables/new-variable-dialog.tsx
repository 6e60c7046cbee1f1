'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { VariableNameSchema, type VariablesView } from '@/lib/variables/views'
import type { Environment, PublicError } from '@/lib/views'
import { ValueField } from './value-field'
import type { VariablePlace } from './variable-acts'

interface Props extends VariablePlace {
  gates: VariablesView['gates']
  close: () => void
}

const environments = ['test', 'production'] as const

export function NewVariableDialog({ gates, close, organizationSlug, applicationSlug, actions }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const refusal = useRefusal()
  const [environment, setEnvironment] = useState<Environment>(gates.test.allowed ? 'test' : 'production')
  const [name, setName] = useState('')
  const [secret, setSecret] = useState(false)
  const [value, setValue] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const isNamed = VariableNameSchema.safeParse(name).success
  const nameError = name !== '' && !isNamed ? t('variables.nameRule') : error?.code === 'name_taken' ? t('variables.nameTaken') : undefined
  const why = !isNamed ? t('variables.nameFirst') : secret && value === '' ? t('variables.secretEmpty') : undefined
  const send = async () => {
    setBusy(true)
    const answer = await actions.create({ organization: organizationSlug, application: applicationSlug, environment, name, secret, value })
    setBusy(false)
    if (!answer.ok) return setError(answer.error)
    close()
    router.refresh()
  }
  return (
    <Dialog
      open
      onClose={close}
      title={t('variables.new')}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" why={why} busy={busy} onClick={() => void send()}>
            {t('variables.add')}
          </Button>
        </>
      }
    >
      {error && error.code !== 'name_taken' ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      <Field id="variable-name" label={t('services.name')} help={t('variables.nameHelp')} error={nameError}>
        <Input
          id="variable-name"
          spellCheck={false}
          bad={nameError !== undefined}
          aria-describedby={describedBy('variable-name', nameError, true)}
          value={name}
          onChange={(event) => {
            setName(event.target.value)
            setError(null)
          }}
        />
      </Field>
      <Field id="variable-environment" label={t('environment.label')}>
        <Select
          id="variable-environment"
          value={environment}
          onChange={(next) => setEnvironment(next as Environment)}
          options={environments.map((one) => ({ value: one, label: t(`environment.${one}`), why: refusal(gates[one]) }))}
        />
      </Field>
      <Field id="variable-secret" label={t('variables.secretLabel')} help={t('variables.secretFor')}>
        <div className="row switch-row">
          <Switch id="variable-secret" checked={secret} onChange={setSecret} describedBy="variable-secret-help" />
          <span>{t(secret ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
      <ValueField secret={secret} value={value} onChange={setValue} error={undefined} />
    </Dialog>
  )
}
