'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type RegistriesView, RegistryServerSchema, RegistryUsernameSchema, type RegistryView } from '@/lib/registries/views'
import type { Environment } from '@/lib/views'
import type { RegistryPlace } from './registry-acts'

interface Props extends RegistryPlace {
  gates: RegistriesView['gates']
  /** Set: its user name and password are changed. */
  registry: RegistryView | null
  close: () => void
}

const environments = ['test', 'production'] as const

function useForm({ registry, gates }: Pick<Props, 'registry' | 'gates'>) {
  const t = useTranslations()
  const [environment, setEnvironment] = useState<Environment>(registry?.environment ?? (gates.test.allowed ? 'test' : 'production'))
  const [server, setServer] = useState(registry?.server ?? '')
  const [username, setUsername] = useState(registry?.username ?? '')
  const [password, setPassword] = useState('')
  const isServer = RegistryServerSchema.safeParse(server).success
  const isUser = RegistryUsernameSchema.safeParse(username).success
  const why = !isServer
    ? t('registries.serverFirst')
    : !isUser
      ? t('registries.userFirst')
      : password
        ? undefined
        : t('registries.passwordFirst')
  return {
    ...{ environment, setEnvironment, server, setServer, username, setUsername, password, setPassword, why },
    serverError: server !== '' && !isServer ? t('registries.serverRule') : undefined,
    userError: username !== '' && !isUser ? t('registries.userRule') : undefined,
  }
}

/** As whom the pods of one environment pull from a registry. What it was before is shown; its password never is. */
export function RegistryDialog({ gates, registry, close, organizationSlug, applicationSlug, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const acting = useAct()
  const form = useForm({ registry, gates })
  const { environment, server, username, password } = form
  const send = () => actions.set({ organization: organizationSlug, application: applicationSlug, environment, server, username, password })
  return (
    <ActDialog
      title={t(registry ? 'registries.change' : 'registries.new')}
      verb={t(registry ? 'registries.save' : 'registries.add')}
      why={form.why}
      acting={acting}
      act={send}
      close={close}
    >
      <Field id="registry-server" label={t('registries.server')} help={t('registries.serverHelp')} error={form.serverError}>
        <Input
          id="registry-server"
          spellCheck={false}
          readOnly={registry !== null}
          bad={form.serverError !== undefined}
          aria-describedby={describedBy('registry-server', form.serverError, true)}
          value={server}
          onChange={(event) => form.setServer(event.target.value)}
        />
      </Field>
      {registry ? null : (
        <Field id="registry-environment" label={t('environment.label')}>
          <Select
            id="registry-environment"
            value={environment}
            onChange={(next) => form.setEnvironment(next as Environment)}
            options={environments.map((one) => ({ value: one, label: t(`environment.${one}`), why: refusal(gates[one]) }))}
          />
        </Field>
      )}
      <Field id="registry-user" label={t('registries.user')} error={form.userError}>
        <Input
          id="registry-user"
          spellCheck={false}
          autoComplete="off"
          bad={form.userError !== undefined}
          aria-describedby={describedBy('registry-user', form.userError, false)}
          value={username}
          onChange={(event) => form.setUsername(event.target.value)}
        />
      </Field>
      <Field id="registry-password" label={t('registries.password')} help={t('config.secretHelp')}>
        <Input
          id="registry-password"
          type="password"
          icon="lock"
          autoComplete="new-password"
          aria-describedby={describedBy('registry-password', undefined, true)}
          value={password}
          onChange={(event) => form.setPassword(event.target.value)}
        />
      </Field>
    </ActDialog>
  )
}
