'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { CopyButton } from '@/components/ui/copy-button'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import type { AddProviderInput, ChangeProviderInput } from '@/lib/sign-in/schema'
import { type ProviderView, providerChoices } from '@/lib/sign-in/views'
import type { Act } from '@/lib/views'
import { asksOf, draftOf, type ProviderDraft, toAdd, toChange } from './provider-draft'

export interface ProviderActions {
  add: Act<AddProviderInput>
  change: Act<ChangeProviderInput>
  remove: Act<{ id: string }>
  test: Act<{ id: string }, { problem: string | null }>
}

interface Props {
  /** Null = another one. */
  provider: ProviderView | null
  actions: ProviderActions
  close: () => void
}

type TextKey = Exclude<keyof ProviderDraft, 'kind' | 'trustsEmail'>

/** Another way to sign in, or what may be changed of one. What it is and where it lies stays. */
export function ProviderDialog({ provider, actions, close }: Props) {
  const t = useTranslations()
  const [draft, setDraft] = useState(() => draftOf(provider))
  const acting = useAct()
  const fields = acting.error?.fields ?? {}
  const put = (part: Partial<ProviderDraft>) => {
    setDraft((before) => ({ ...before, ...part }))
    acting.setError(null)
  }
  const asks = provider ? 'nothing' : asksOf(draft.kind)
  const line = (key: TextKey, { secret, placeholder }: { secret?: boolean; placeholder?: string } = {}) => (
    <Field id={`provider-${key}`} label={t(`providers.field.${key}`)} help={t(`providers.help.${key}`)} error={fields[key]}>
      <Input
        id={`provider-${key}`}
        type={secret ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        bad={fields[key] !== undefined}
        aria-describedby={describedBy(`provider-${key}`, fields[key], true)}
        placeholder={placeholder}
        value={draft[key]}
        onChange={(event) => put({ [key]: event.target.value })}
      />
    </Field>
  )
  const isWhole = draft.id && draft.name.trim() && draft.clientId.trim() && (provider || draft.clientSecret)
  return (
    <ActDialog
      wide
      title={provider ? t('providers.changeOf', { name: provider.name }) : t('providers.add')}
      verb={t(provider ? 'providers.save' : 'providers.add')}
      why={isWhole ? undefined : t('providers.fillFirst')}
      acting={acting}
      act={() => (provider ? actions.change(toChange(draft, provider)) : actions.add(toAdd(draft)))}
      close={close}
      toldElsewhere={() => Object.keys(fields).length > 0}
    >
      {provider ? null : (
        <>
          <Field id="provider-kind" label={t('providers.kind')} help={t('providers.kindHelp')}>
            <Select
              id="provider-kind"
              value={draft.kind}
              onChange={(kind) => put({ kind: kind as ProviderView['kind'] })}
              options={providerChoices.map(({ kind, title }) => ({ value: kind, label: title }))}
            />
          </Field>
          {line('id', { placeholder: 'company' })}
        </>
      )}
      {line('name', { placeholder: 'Company' })}
      {asks === 'address' ? line('address', { placeholder: 'https://sso.example.org' }) : null}
      {asks === 'urls' ? (
        <>
          {line('authorizationUrl')}
          {line('tokenUrl')}
          {line('userinfoUrl')}
        </>
      ) : null}
      <CallbackLine id={draft.id} />
      {line('clientId')}
      {line('clientSecret', { secret: true, ...(provider ? { placeholder: t('providers.kept') } : {}) })}
      {line('scopes')}
      {line('domains', { placeholder: 'example.org' })}
      <Field id="provider-trusts" label={t('providers.trusts')} help={t('providers.trustsHelp')}>
        <div className="row switch-row">
          <Switch
            id="provider-trusts"
            checked={draft.trustsEmail}
            onChange={(trustsEmail) => put({ trustsEmail })}
            describedBy="provider-trusts-help"
          />
          <span>{t(draft.trustsEmail ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
    </ActDialog>
  )
}

/** What has to be written down at the provider. */
function CallbackLine({ id }: { id: string }) {
  const t = useTranslations()
  const address = `${window.location.origin}/api/auth/callback/${id || '…'}`
  return (
    <Field id="provider-callback" label={t('providers.callback')} help={t('providers.callbackHelp')}>
      <span className="row">
        <code className="cut" id="provider-callback">
          {address}
        </code>
        {id ? <CopyButton text={address} /> : null}
      </span>
    </Field>
  )
}
