'use client'

import Link from 'next/link'
import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import { shownState } from '@/components/deploys/deploy-words'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import type { Column } from '@/components/ui/table'
import { paths } from '@/lib/paths'
import type { ServiceRow } from '@/lib/services/views'
import { useUnitCounts } from './unit-counts'
import { UnitPoints } from './unit-points'

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

export function useServiceColumns(org: string): Column<ServiceRow>[] {
  const t = useTranslations()
  const hrefOf = (row: ServiceRow) => paths.service(org, row.applicationSlug, row.name, row.environment)
  return [
    {
      key: 'name',
      head: t('services.service'),
      sort: 'name',
      className: 'name wraps-s',
      cell: (row) => (
        <>
          <Link href={hrefOf(row)}>{row.name}</Link>
          <span className="only-s">
            <EnvironmentTag environment={row.environment} quiet />
          </span>
        </>
      ),
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
      wide: true,
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
