'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { PoolNameSchema } from '@/lib/init/views'
import { paths } from '@/lib/paths'
import type { Act, Environment } from '@/lib/views'

export type MakePool = Act<{ name: string; environment: Environment; isOffered: boolean }>

const environments = ['test', 'production'] as const

/** Leads to the page of the new pool, where it is told what it asks of its machines. */
export function NewPoolDialog({ make, close }: { make: MakePool; close: () => void }) {
  const t = useTranslations()
  const router = useRouter()
  const [name, setName] = useState('')
  const [environment, setEnvironment] = useState<Environment>('test')
  const [isOffered, setOffered] = useState(true)
  const acting = useAct()
  const { error, setError } = acting
  const isNamed = PoolNameSchema.safeParse(name).success
  const nameError = name !== '' && !isNamed ? t('pools.nameRule') : error?.code === 'name_taken' ? t('pools.nameTaken') : undefined
  const send = async () => {
    const answer = await make({ name, environment, isOffered })
    if (answer.ok) router.push(paths.pool(name))
    return answer
  }
  return (
    <ActDialog
      title={t('pools.new')}
      verb={t('pools.make')}
      why={isNamed ? undefined : t('pools.nameFirst')}
      acting={acting}
      act={send}
      close={close}
      toldElsewhere={(code) => code === 'name_taken'}
    >
      <Field id="pool-name" label={t('services.name')} help={t('pools.nameHelp')} error={nameError}>
        <Input
          id="pool-name"
          spellCheck={false}
          bad={nameError !== undefined}
          aria-describedby={describedBy('pool-name', nameError, true)}
          value={name}
          onChange={(event) => {
            setName(event.target.value)
            setError(null)
          }}
        />
      </Field>
      <Field id="pool-environment" label={t('environment.label')} help={t('pools.environmentHelp')}>
        <Select
          id="pool-environment"
          value={environment}
          onChange={(next) => setEnvironment(next as Environment)}
          options={environments.map((one) => ({ value: one, label: t(`environment.${one}`) }))}
        />
      </Field>
      <Field id="pool-offered" label={t('quotas.offered')} help={t('quotas.offeredHelp')}>
        <div className="row switch-row">
          <Switch id="pool-offered" checked={isOffered} onChange={setOffered} describedBy="pool-offered-help" />
          <span>{t(isOffered ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
    </ActDialog>
  )
}
