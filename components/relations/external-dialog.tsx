'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Stone } from '@/components/ui/stone'
import type { Act, Environment, PublicError } from '@/lib/views'

interface NewExternal {
  organization: string
  application: string
  environment: Environment
  name: string
  interface: string
  endpoints: { address: string; port: number }[]
}

export interface ExternalActions {
  add: Act<NewExternal, { id: string }>
  remove: Act<{ organization: string; application: string; id: string }, void>
}

interface Props {
  organizationSlug: string
  applicationSlug: string
  environment: Environment
  actions: ExternalActions
  close: () => void
}

/** `db.example.org:3306` a line. What cannot be read goes to the server as it is, which says why. */
export const endpointsOf = (text: string): NewExternal['endpoints'] =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((line) => {
      const at = line.lastIndexOf(':')
      return { address: at > 0 ? line.slice(0, at) : line, port: Number(line.slice(at + 1)) || 0 }
    })

const errorOf = (error: PublicError | null, key: string): string | undefined =>
  Object.entries(error?.fields ?? {}).find(([field]) => field === key || field.startsWith(`${key}.`))?.[1]

/** Names something that services need and nobody here runs. */
export function ExternalDialog({ organizationSlug, applicationSlug, environment, actions, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const [text, setText] = useState({ name: '', interface: '', endpoints: '' })
  const { busy, error, run } = useAct()
  const add = async () => {
    const place = { organization: organizationSlug, application: applicationSlug, environment }
    const added = await run(() =>
      actions.add({ ...place, name: text.name, interface: text.interface, endpoints: endpointsOf(text.endpoints) }),
    )
    if (added.ok) close()
  }
  const field = (key: keyof typeof text) => {
    const wrong = errorOf(error, key)
    return (
      <Field key={key} label={t(`relations.field.${key}`)} id={`external-${key}`} help={t(`relations.help.${key}`)} error={wrong}>
        <Input
          id={`external-${key}`}
          value={text[key]}
          onChange={(event) => setText({ ...text, [key]: event.target.value })}
          bad={wrong !== undefined}
          aria-describedby={describedBy(`external-${key}`, wrong, true)}
          spellCheck={false}
        />
      </Field>
    )
  }
  const said = error && Object.keys(error.fields ?? {}).length === 0 ? failure(error) : undefined
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={
        <span className="row">
          {t('relations.addExternal')} <EnvironmentTag environment={environment} />
        </span>
      }
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} onClick={() => void add()}>
            {t('relations.add')}
          </Button>
        </>
      }
    >
      {(['name', 'interface', 'endpoints'] as const).map(field)}
      {said ? (
        <p className="st red mt-3" role="alert">
          <Stone shape="bad" />
          {said}
        </p>
      ) : null}
    </Dialog>
  )
}
