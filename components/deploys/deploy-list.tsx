'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { usePolicyWords } from '@/components/policies/policy-words'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago, Exact, Lasted } from '@/components/ui/ago'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { HashMark } from '@/components/ui/hash-mark'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { deployKinds as kindRows } from '@/lib/deploys/deploy-lifecycle'
import { type DeployKindName, type DeployList, type DeployRow, deployKinds } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { isEnded, shownState, useDeployTitle, useTaskName } from './deploy-words'
import { FailureCode } from './task-caption'
import { useZone } from './when-field'

/** The time it waits for, with its zone. */
export function ScheduledFor({ deploy, isTitle }: { deploy: Pick<DeployRow, 'notBefore'>; isTitle?: boolean }) {
  const t = useTranslations()
  const zone = useZone(deploy.notBefore ?? undefined)
  return t.rich(isTitle ? 'deploys.scheduledTitle' : 'deploys.scheduledFor', {
    time: () => <Exact at={deploy.notBefore ?? ''} date />,
    zone,
  })
}

/** Where a record stands: what it waits for, how far it is, how long it took, why it failed. */
export function StandsAt({ deploy }: { deploy: DeployRow }) {
  const t = useTranslations()
  const { taskName } = useTaskName()
  const { exact } = usePolicyWords()
  if (deploy.scheduled && deploy.state !== 'awaiting_approval') return <ScheduledFor deploy={deploy} />
  if (deploy.opensAt) return t('policies.waitsUntil', { at: exact(deploy.opensAt) })
  if (deploy.state === 'queued' && deploy.waitsFor) return t('deploys.waitsFor', { number: deploy.waitsFor.number })
  if (deploy.state === 'awaiting_approval')
    return (
      <>
        {t('approvals.ofAdmins', { given: deploy.approvals.given, needed: deploy.approvals.needed })}
        {deploy.scheduled ? (
          <>
            , <ScheduledFor deploy={deploy} />
          </>
        ) : null}
      </>
    )
  if (deploy.state === 'running' || deploy.state === 'paused' || deploy.state === 'cancelling')
    return deploy.liveTask ? `${t('deploys.tasksOf', deploy.tasks)}, ${taskName(deploy.liveTask)}` : t('deploys.tasksOf', deploy.tasks)
  if (deploy.state === 'failed') return deploy.code ? <FailureCode code={deploy.code} /> : deploy.message
  if (deploy.startedAt && deploy.endedAt) return <Lasted from={deploy.startedAt} to={deploy.endedAt} />
  return '–'
}

function useColumns(): Column<DeployRow>[] {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  return [
    { key: 'number', head: t('deploys.facts.deploy'), cell: (row) => <span className="mono t2">#{row.number}</span> },
    { key: 'state', head: t('services.state'), cell: (row) => <Status noun="deploy" state={shownState(row)} /> },
    { key: 'what', head: t('deploys.what'), cell: (row) => titleOf(row.title), className: 'name wraps-s' },
    {
      key: 'where',
      head: t('deploys.facts.where'),
      choice: t('deploys.facts.where'),
      wide: true,
      cell: (row) => (
        <>
          <span className="t2">{row.runtimes.join(', ')}</span> <EnvironmentTag environment={row.environment} quiet />
        </>
      ),
    },
    {
      key: 'plan',
      head: t('deploys.facts.plan'),
      choice: t('deploys.facts.plan'),
      wide: true,
      cell: (row) => (row.planHash ? <HashMark hash={row.planHash} voided={row.state === 'superseded'} /> : '–'),
    },
    {
      key: 'by',
      head: t('deploys.by'),
      choice: t('deploys.by'),
      wide: true,
      cell: (row) => <span className="t2">{row.requester.name}</span>,
    },
    {
      key: 'stands',
      head: t('deploys.standsAt'),
      choice: t('deploys.standsAt'),
      wide: true,
      cell: (row) => (
        <span className="t2">
          <StandsAt deploy={row} />
        </span>
      ),
    },
    { key: 'asked', head: t('deploys.askedAt'), right: true, cell: (row) => <Ago at={row.createdAt} className="t3 num" />, sort: 'asked' },
  ]
}

interface Props {
  list: DeployList
  organizationSlug: string | null
  /** On a service's page: without filters. */
  plain?: boolean
}

/** Where there is no room for a column of environments, production still says so. */
function Opening({ row, organizationSlug, column }: { row: DeployRow; organizationSlug: string | null; column: Column<DeployRow> }) {
  return (
    <>
      <Link href={paths.deploy(organizationSlug, row.number)}>{column.cell(row)}</Link>
      {column.key === 'what' ? (
        <span className="only-s">
          <EnvironmentTag environment={row.environment} quiet />
        </span>
      ) : null}
    </>
  )
}

export function DeployTable({
  rows,
  organizationSlug,
  grouped,
}: {
  rows: DeployRow[]
  organizationSlug: string | null
  grouped?: boolean
}) {
  const t = useTranslations()
  const columns = useColumns().map((column) =>
    column.key === 'what' || column.key === 'number'
      ? { ...column, cell: (row: DeployRow) => <Opening row={row} organizationSlug={organizationSlug} column={column} /> }
      : column,
  )
  return (
    <Table
      label={t('nav.deploys')}
      columns={columns}
      rows={rows}
      keyOf={(row) => row.id}
      hrefOf={(row) => paths.deploy(organizationSlug, row.number)}
      defaultSort="-asked"
      {...(grouped
        ? {
            groupOf: (row: DeployRow, before: DeployRow | undefined) => {
              if (before && isEnded(before) === isEnded(row)) return null
              return (
                <span className="row">
                  <b>{t(isEnded(row) ? 'deploys.group.ended' : 'deploys.group.open')}</b>
                  <span>{t(isEnded(row) ? 'deploys.group.endedHint' : 'deploys.group.openHint')}</span>
                </span>
              )
            },
          }
        : {})}
    />
  )
}

/** Those that people or automation may ask for now, and commands; agents are updated by the platform. */
const canExist = (kind: DeployKindName) => kind === 'command' || kindRows[kind].automation || kindRows[kind].asked

export function DeployListView({ list, organizationSlug, plain }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const names = { q: t('ui.search'), view: t('deploys.view.label'), kind: t('deploys.kindLabel'), environment: t('environment.label') }
  const filtered = Object.keys(names).some((key) => url.get(key))
  const bar = plain ? null : (
    <FilterBar
      placeholder={t('deploys.filter')}
      views={{
        key: 'view',
        label: t('deploys.view.label'),
        options: [
          { value: 'all', label: t('deploys.view.all') },
          { value: 'open', label: `${t('deploys.view.open')} ${list.open}` },
          { value: 'failed', label: t('deploys.view.failed') },
          { value: 'mine', label: t('deploys.view.mine') },
        ],
      }}
      filters={[
        {
          key: 'kind',
          label: t('deploys.kindLabel'),
          options: deployKinds.filter(canExist).map((kind) => ({ value: kind, label: t(`deploys.kind.${kind}`) })),
        },
        {
          key: 'environment',
          label: t('environment.label'),
          options: [
            { value: 'production', label: t('environment.production') },
            { value: 'test', label: t('environment.test') },
          ],
        },
      ]}
      columns={['where', 'plan', 'by', 'stands'].map((value) => ({ value, label: t(`deploys.column.${value}` as never) }))}
    />
  )
  return (
    <>
      {bar}
      {list.items.length > 0 ? (
        <>
          <DeployTable rows={list.items} organizationSlug={organizationSlug} grouped={!url.get('sort') && !url.get('view')} />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('deploys.count', { count: list.total })}
          </Pager>
        </>
      ) : filtered ? (
        <FilteredOut names={names} />
      ) : (
        <Void kind="none-yet" title={t('deploys.none')}>
          {t('deploys.noneHelp')}
        </Void>
      )}
    </>
  )
}
