'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { VariableNameSchema, type VariablesView } from '@/lib/variables/views'
import type { Environment } from '@/lib/views'
import { ValueField } from './value-field'
import type { VariablePlace } from './variable-acts'

interface Props extends VariablePlace {
  gates: VariablesView['gates']
  close: () => void
}

const environments = ['test', 'production'] as const

export function NewVariableDialog({ gates, close, organizationSlug, applicationSlug, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [environment, setEnvironment] = useState<Environment>(gates.test.allowed ? 'test' : 'production')
  const [name, setName] = useState('')
  const [secret, setSecret] = useState(false)
  const [value, setValue] = useState('')
  const acting = useAct()
  const { error, setError } = acting
  const isNamed = VariableNameSchema.safeParse(name).success
  const nameError = name !== '' && !isNamed ? t('variables.nameRule') : error?.code === 'name_taken' ? t('variables.nameTaken') : undefined
  const why = !isNamed ? t('variables.nameFirst') : secret && value === '' ? t('variables.secretEmpty') : undefined
  const send = () => actions.create({ organization: organizationSlug, application: applicationSlug, environment, name, secret, value })
  return (
    <ActDialog
      title={t('variables.new')}
      verb={t('variables.add')}
      why={why}
      acting={acting}
      act={send}
      close={close}
      toldElsewhere={(code) => code === 'name_taken'}
    >
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
    </ActDialog>
  )
}
