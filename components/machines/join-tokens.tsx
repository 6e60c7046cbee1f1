'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago, Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Stone } from '@/components/ui/stone'
import type { StoneShape } from '@/components/ui/stone-shapes'
import { type Column, Table } from '@/components/ui/table'
import type { Tone } from '@/components/ui/tone'
import type { JoinTokenView } from '@/lib/machines/join-views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'

const looks: Record<JoinTokenView['state'], [StoneShape, Tone]> = {
  open: ['clock', 'blue'],
  used: ['ok', 'green'],
  expired: ['slash', 'none'],
  revoked: ['slash', 'none'],
}

function useColumns(ask: (token: JoinTokenView) => void): Column<JoinTokenView>[] {
  const t = useTranslations()
  return [
    {
      key: 'pool',
      head: t('join.pool'),
      className: 'name',
      cell: ({ pool }) => (
        <span className="row">
          {pool.name} <EnvironmentTag environment={pool.environment} />
        </span>
      ),
    },
    {
      key: 'state',
      head: t('join.stateHead'),
      cell: ({ state }) => (
        <span className="row">
          <Stone shape={looks[state][0]} tone={looks[state][1]} />
          {t(`join.state.${state}`)}
        </span>
      ),
    },
    {
      key: 'uses',
      head: t('join.usesHead'),
      right: true,
      wide: true,
      cell: ({ uses, maxUses }) => <span className="num">{t('join.of', { uses, count: maxUses })}</span>,
    },
    {
      key: 'machines',
      head: t('join.machines'),
      wide: true,
      cell: ({ machines }) => (
        <span className="row wrap">
          {machines.map(({ name }) => (
            <Link key={name} className="mono" href={paths.machine(name)}>
              {name}
            </Link>
          ))}
        </span>
      ),
    },
    {
      key: 'left',
      head: t('join.left'),
      right: true,
      wide: true,
      cell: ({ state, expires }) => (state === 'open' ? <Until at={expires} /> : <span className="t3">–</span>),
    },
    { key: 'by', head: t('deploys.by'), wide: true, cell: ({ createdBy }) => createdBy.name },
    { key: 'at', head: t('services.made'), right: true, wide: true, cell: ({ createdAt }) => <Ago at={createdAt} className="t3 num" /> },
    {
      key: 'revoke',
      head: <span className="vh">{t('join.revoke')}</span>,
      right: true,
      cell: (token) =>
        token.state === 'open' ? (
          <Button size="sm" onClick={() => ask(token)}>
            {t('join.revoke')}
          </Button>
        ) : null,
    },
  ]
}

/** The tokens behind the lines: what works now, and what ended lately. */
export function JoinTokens({ items, revoke }: { items: JoinTokenView[]; revoke: Act<{ id: string }> }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const [asked, ask] = useState<JoinTokenView | null>(null)
  const [error, setError] = useState<string | undefined>()
  const confirm = async () => {
    if (!asked) return
    const answer = await revoke({ id: asked.id })
    router.refresh()
    if (!answer.ok) return setError(failure(answer.error))
    ask(null)
  }
  const columns = useColumns((token) => {
    setError(undefined)
    ask(token)
  })
  return (
    <>
      <Table
        inset
        label={t('join.tokens')}
        rows={items}
        findBy={(token) => token.pool.name}
        keyOf={(token) => token.id}
        columns={columns}
      />
      <DangerDialog
        open={asked !== null}
        onClose={() => ask(null)}
        onConfirm={confirm}
        title={t('join.revokeTitle')}
        effects={[{ text: t('join.revokeEffect') }]}
        verb={t('join.revoke')}
        error={error}
      />
    </>
  )
}
