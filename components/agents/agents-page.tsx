'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { AgentsView, AgentUpdatePreview, UpdateAgentsInput } from '@/lib/agents/views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { UpdateDialog } from './update-dialog'

export interface AgentActions {
  preview: Act<UpdateAgentsInput, AgentUpdatePreview>
  update: Act<UpdateAgentsInput, { number: number }>
}

type Pool = AgentsView['pools'][number]

function useWhyNot({ build }: AgentsView) {
  const t = useTranslations()
  return (pool: Pool): string | undefined => {
    if (!build) return t('agents.noBuild')
    if (pool.live !== null) return t('agents.underWay', { number: pool.live })
    return pool.behind === 0 ? t('agents.allCurrent') : undefined
  }
}

/** Which agents run in each pool, and the way to this hub's own. */
export function AgentsPage({ view, actions }: { view: AgentsView; actions: AgentActions }) {
  const t = useTranslations()
  const whyNot = useWhyNot(view)
  const [asked, ask] = useState<Pool | null>(null)
  const { build } = view
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.agents') }]}>
      <LivePage topic="platform" />
      <PageHead
        title={t('nav.agents')}
        sub={
          build ? (
            <>
              {t('agents.offers', { version: build.version })} <span className="mono t3">{build.digest.slice(0, 12)}</span>,{' '}
              <Ago at={build.publishedAt} as="ago" />
            </>
          ) : (
            t('agents.noBuild')
          )
        }
      />
      {view.pools.length === 0 ? (
        <Void kind="none-yet" title={t('agents.none')}>
          {t('machines.noneHelp')}
        </Void>
      ) : (
        <Table
          label={t('nav.agents')}
          rows={view.pools}
          findBy={(pool) => pool.name}
          keyOf={(pool) => pool.id}
          columns={[
            {
              key: 'pool',
              head: t('machines.pool'),
              className: 'name',
              cell: (pool) => (
                <span className="row">
                  <Link href={paths.pool(pool.name)}>{pool.name}</Link> <EnvironmentTag environment={pool.environment} />
                </span>
              ),
            },
            {
              key: 'machines',
              head: t('nav.machines'),
              right: true,
              wide: true,
              cell: (pool) => <span className="num">{pool.machines}</span>,
            },
            {
              key: 'versions',
              head: t('agents.versions'),
              cell: (pool) => (
                <span className="row wrap">
                  {pool.versions.map(({ version, count }) => (
                    <span key={version} className={version === build?.version ? 'mono' : 'mono t2'}>
                      {version?.split('+')[0] ?? '–'}
                      {version?.includes('+') ? <span className="only-l-i">+{version.split('+')[1]}</span> : null} × {count}
                    </span>
                  ))}
                </span>
              ),
            },
            {
              key: 'live',
              head: '',
              wide: true,
              cell: (pool) =>
                pool.live === null ? null : (
                  <Link className="u" href={paths.deploy(null, pool.live)}>
                    {t('agents.underWay', { number: pool.live })}
                  </Link>
                ),
            },
            {
              key: 'act',
              head: '',
              right: true,
              cell: (pool) => (
                <Button size="sm" why={whyNot(pool)} onClick={() => ask(pool)}>
                  {t('agents.act')}
                </Button>
              ),
            },
          ]}
        />
      )}
      {asked ? <UpdateDialog key={asked.id} pool={asked.name} actions={actions} onClose={() => ask(null)} /> : null}
    </Page>
  )
}
