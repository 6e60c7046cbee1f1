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
import type { RelationNode } from '@/lib/relations/views'
import type { Act, Environment, PublicError } from '@/lib/views'

type Endpoints = { address: string; port: number }[]

interface NewExternal {
  organization: string
  application: string
  environment: Environment
  name: string
  interface: string
  endpoints: Endpoints
}

interface ChangedExternal {
  organization: string
  application: string
  id: string
  endpoints: Endpoints
  seen: Endpoints
}

export interface ExternalActions {
  add: Act<NewExternal, { id: string }>
  change: Act<ChangedExternal, void>
  remove: Act<{ organization: string; application: string; id: string }, void>
}

interface Props {
  organizationSlug: string
  applicationSlug: string
  environment: Environment
  actions: ExternalActions
  /** What is there already, and how many take it: only where it is can be changed. */
  known?: { node: RelationNode; takers: number }
  close: () => void
}

/** `db.example.org:3306` a line. What cannot be read goes to the server as it is, which says why. */
export const endpointsOf = (text: string): Endpoints =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((line) => {
      const at = line.lastIndexOf(':')
      return { address: at > 0 ? line.slice(0, at) : line, port: Number(line.slice(at + 1)) || 0 }
    })

const errorOf = (error: PublicError | null, key: string): string | undefined =>
  Object.entries(error?.fields ?? {}).find(([field]) => field === key || field.startsWith(`${key}.`))?.[1]

/** Names something that services need and nobody here runs, or says where it is now. */
export function ExternalDialog({ organizationSlug, applicationSlug, environment, actions, known, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const [text, setText] = useState({ name: '', interface: '', endpoints: known?.node.endpoints.join(', ') ?? '' })
  const { busy, error, run } = useAct()
  const home = { organization: organizationSlug, application: applicationSlug }
  const endpoints = endpointsOf(text.endpoints)
  const send = () =>
    known
      ? actions.change({ ...home, id: known.node.id, endpoints, seen: endpointsOf(known.node.endpoints.join(' ')) })
      : actions.add({ ...home, environment, name: text.name, interface: text.interface, endpoints })
  const save = async () => {
    const saved = await run<unknown>(send)
    if (saved.ok) close()
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
          {known ? t('relations.whereIs', { name: known.node.name }) : t('relations.addExternal')}{' '}
          <EnvironmentTag environment={environment} />
        </span>
      }
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} onClick={() => void save()}>
            {t(known ? 'relations.save' : 'relations.add')}
          </Button>
        </>
      }
    >
      {known ? <p className="t2 mb-3">{t('relations.editEffect', { count: known.takers })}</p> : null}
      {known ? field('endpoints') : (['name', 'interface', 'endpoints'] as const).map(field)}
      {said ? (
        <p className="st red mt-3" role="alert">
          <Stone shape="bad" />
          {said}
        </p>
      ) : null}
    </Dialog>
  )
}
