'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import { paths } from '@/lib/paths'
import type { VariableView } from '@/lib/variables/views'
import { ValueField } from './value-field'
import type { VariablePlace } from './variable-acts'

type Props = VariablePlace & { variable: VariableView; close: () => void }

const addressOf = ({ variable: { environment, name }, organizationSlug, applicationSlug }: Props) => ({
  organization: organizationSlug,
  application: applicationSlug,
  environment,
  name,
})

function Versions({ variable }: { variable: VariableView }) {
  const t = useTranslations()
  return (
    <Table
      inset
      label={t('variables.versions')}
      rows={variable.versions}
      keyOf={(row) => String(row.version)}
      columns={[
        { key: 'version', head: t('services.version'), cell: (row) => <span className="mono b">v{row.version}</span> },
        { key: 'value', head: t('services.value'), cell: (row) => <span className="mono brk">{row.text ?? '••••••'}</span> },
        { key: 'by', head: t('deploys.by'), cell: (row) => row.by.name, wide: true },
        { key: 'at', head: t('services.made'), right: true, cell: (row) => <Ago at={row.at} className="t3 num" /> },
      ]}
    />
  )
}

function Users({ variable, organizationSlug: org, applicationSlug: app }: Props) {
  const t = useTranslations()
  const rest = variable.usedByCount - variable.usedBy.length
  if (variable.usedBy.length === 0) return <p className="t3">{t('variables.usedByNone')}</p>
  return (
    <ul className="plain tight">
      {variable.usedBy.map((user) => (
        <li key={user.serviceId}>
          <Link className="u grow" href={paths.service(org, app, user.name, variable.environment)}>
            {user.name}
          </Link>
          <span className={user.runsOlder ? 'b' : 't3'}>
            {t(user.runsOlder ? 'variables.runsOlder' : 'variables.runsThis', { version: `v${variable.version}` })}
          </span>
        </li>
      ))}
      {rest > 0 ? <li className="t3">{t('approvals.more', { count: rest })}</li> : null}
    </ul>
  )
}

/** One variable: its versions, who takes it, and what may be done with it. */
export function VariableDialog(props: Props) {
  const { variable, close, actions } = props
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const refusal = useRefusal()
  const [value, setValue] = useState<string | null>(null)
  const [removing, setRemoving] = useState(false)
  const { busy, error, run } = useAct()
  const rotate = async () => {
    const answer = await run(() => actions.rotate({ ...addressOf(props), value: value ?? '', seenVersion: variable.version }))
    router.refresh()
    if (answer.ok) setValue(null)
  }
  const remove = async () => {
    if (!(await run(() => actions.remove(addressOf(props)))).ok) return
    close()
    router.refresh()
  }
  if (removing)
    return (
      <DangerDialog
        open
        onClose={() => setRemoving(false)}
        onConfirm={remove}
        title={t('variables.removeTitle', { name: variable.name })}
        verb={t('variables.remove')}
        effects={[{ text: t('variables.removeEffect', { count: variable.version }), lost: true }]}
        error={error ? failure(error) : undefined}
      />
    )
  const isChanging = value !== null
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={
        <span className="row">
          <span className="mono">{variable.name}</span>
          <EnvironmentTag environment={variable.environment} />
          {variable.secret ? <span className="tag">{t('variables.secret')}</span> : null}
        </span>
      }
      footer={
        isChanging ? (
          <>
            <Button onClick={() => setValue(null)}>{t('ui.cancel')}</Button>
            <Button
              tone="primary"
              busy={busy}
              why={variable.secret && value === '' ? t('variables.secretEmpty') : undefined}
              onClick={() => void rotate()}
            >
              {t('variables.setVersion', { version: `v${variable.version + 1}` })}
            </Button>
          </>
        ) : (
          <>
            <Button tone="danger" why={refusal(variable.gates.remove)} onClick={() => setRemoving(true)}>
              {t('variables.remove')}
            </Button>
            <Button onClick={close}>{t('ui.close')}</Button>
            <Button
              tone="primary"
              why={refusal(variable.gates.rotate)}
              onClick={() => setValue(variable.secret ? '' : (variable.versions[0]?.text ?? ''))}
            >
              {t('variables.change')}
            </Button>
          </>
        )
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      {isChanging ? (
        <>
          <ValueField secret={variable.secret} value={value} onChange={setValue} error={undefined} />
          {variable.usedByCount > 0 ? <p className="t2">{t('variables.changeHelp', { count: variable.usedByCount })}</p> : null}
        </>
      ) : (
        <Versions variable={variable} />
      )}
      <Section title={t('variables.usedBy')}>
        <Users {...props} />
      </Section>
    </Dialog>
  )
}
