'use client'

import Link from 'next/link'
import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import { shownState } from '@/components/deploys/deploy-words'
import { useApplicationName } from '@/components/frame/frame-context'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button, ButtonLink } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { paths } from '@/lib/paths'
import type { ServiceList, ServiceRow } from '@/lib/services/views'
import { useUnitCounts } from './unit-counts'
import { UnitPoints } from './unit-points'

interface Props {
  list: ServiceList
  organizationSlug: string
  applicationSlug: string
}

const health = ['healthy', 'degraded', 'progressing', 'unknown', 'stopped'] as const

/** The health of a service; units not heard are told instead of it, for it is not known then. */
function HealthStatus({ row }: { row: ServiceRow }) {
  const { state, word } = useUnitCounts(row)
  return <Status noun="health" state={state} {...(word ? { word } : {})} />
}

function Units({ row }: { row: ServiceRow }) {
  const { running, missing } = useUnitCounts(row)
  if (missing) return <span className="t3">–</span>
  return (
    <span className="row units-c">
      <UnitPoints points={row.points} count={row.wanted} />
      <span className="t3 num">
        {running} / {row.wanted}
      </span>
    </span>
  )
}

function useColumns(org: string): Column<ServiceRow>[] {
  const t = useTranslations()
  const hrefOf = (row: ServiceRow) => paths.service(org, row.applicationSlug, row.name, row.environment)
  return [
    {
      key: 'name',
      head: t('services.service'),
      sort: 'name',
      className: 'name',
      cell: (row) => <Link href={hrefOf(row)}>{row.name}</Link>,
    },
    { key: 'health', head: t('services.health'), cell: (row) => <HealthStatus row={row} /> },
    {
      key: 'units',
      head: t('services.units'),
      wide: true,
      cell: (row) => <Units row={row} />,
    },
    {
      key: 'package',
      head: t('services.package'),
      choice: t('services.package'),
      wide: true,
      cell: (row) => (
        <>
          {row.packageName} <span className="t3 mono">{row.version}</span>
        </>
      ),
    },
    {
      key: 'release',
      head: t('services.release'),
      choice: t('services.release'),
      wide: true,
      cell: (row) => <span className="mono t2">{row.releases.map((number) => `r${number}`).join(', ') || '–'}</span>,
    },
    {
      key: 'where',
      head: t('services.runsIn'),
      choice: t('services.runsIn'),
      cell: (row) => (
        <>
          {row.runtimes.map((runtime, i) => (
            <Fragment key={runtime.id}>
              {i > 0 ? <span className="t3">, </span> : null}
              <span className="t2">{runtime.name}</span>
            </Fragment>
          ))}{' '}
          <EnvironmentTag environment={row.environment} quiet />
        </>
      ),
    },
    {
      key: 'deploy',
      head: t('services.lastDeploy'),
      choice: t('services.lastDeploy'),
      wide: true,
      cell: (row) =>
        row.lastDeploy ? (
          <span className="row">
            <Status noun="deploy" state={shownState({ ...row.lastDeploy, expired: false })} />
            <Link className="t3 mono" href={paths.deploy(org, row.lastDeploy.number)}>
              #{row.lastDeploy.number}
            </Link>
          </span>
        ) : (
          '–'
        ),
    },
    {
      key: 'changed',
      head: t('services.changed'),
      sort: 'changed',
      right: true,
      cell: (row) => <Ago at={row.changedAt} className="t3 num" />,
    },
  ]
}

export function NewServiceButton({ gate, org, app }: { gate: ServiceList['gates']['create']; org: string; app: string }) {
  const t = useTranslations()
  const why = useRefusal()(gate)
  return why ? (
    <Button tone="primary" icon="plus" why={why}>
      {t('services.new')}
    </Button>
  ) : (
    <ButtonLink tone="primary" icon="plus" href={paths.newService(org, app)}>
      {t('services.new')}
      <kbd className="only-l">C</kbd>
    </ButtonLink>
  )
}

function Empty({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  return (
    <Void
      kind="none-yet"
      title={t('services.none', { name: useApplicationName(organizationSlug, applicationSlug) })}
      acts={
        list.gates.create.allowed ? (
          <ButtonLink tone="primary" href={paths.newService(organizationSlug, applicationSlug)}>
            {t('services.choosePackage')}
          </ButtonLink>
        ) : null
      }
    >
      {t('services.noneHelp')}
    </Void>
  )
}

export function ServiceListView({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const columns = useColumns(organizationSlug)
  const names = {
    q: t('ui.search'),
    environment: t('environment.label'),
    health: t('services.health'),
    runtime: t('services.runtime'),
    package: t('services.package'),
  }
  const option = (value: string) => ({ value, label: value })
  return (
    <>
      <FilterBar
        placeholder={t('services.filter')}
        filters={[
          {
            key: 'environment',
            label: names.environment,
            options: [
              { value: 'production', label: t('environment.production') },
              { value: 'test', label: t('environment.test') },
            ],
          },
          { key: 'health', label: names.health, options: health.map((value) => ({ value, label: t(`status.health.${value}`) })) },
          { key: 'runtime', label: names.runtime, options: list.choices.runtimes.map(option) },
          { key: 'package', label: names.package, options: list.choices.packages.map(option) },
        ].filter((filter) => filter.options.length > 0)}
        columns={columns.flatMap((column) => (column.choice ? [{ value: column.key, label: column.choice }] : []))}
      />
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.services')}
            columns={columns}
            rows={list.items}
            keyOf={(row) => row.stageId}
            hrefOf={(row) => paths.service(organizationSlug, row.applicationSlug, row.name, row.environment)}
            defaultSort="name"
          />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('services.count', { count: list.total })}
          </Pager>
        </>
      ) : Object.keys(names).some((key) => url.get(key)) ? (
        <FilteredOut names={names} />
      ) : (
        <Empty list={list} organizationSlug={organizationSlug} applicationSlug={applicationSlug} />
      )}
    </>
  )
}
