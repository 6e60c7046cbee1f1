'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { formatMib } from '@/components/ui/sizes'
import { type Column, Table } from '@/components/ui/table'
import { paths } from '@/lib/paths'
import type { PlacementView, ServiceView, UnitView } from '@/lib/services/views'
import { UnitStatus } from './unit-status'

type Row = UnitView & { placement: PlacementView }

function PlacementLine({ placement }: { placement: PlacementView }) {
  const t = useTranslations()
  return (
    <span className="row">
      <b>{placement.runtime.name}</b>
      <span className="only-l">{t(`services.kind.${placement.runtime.kind}`)}</span>
      <EnvironmentTag environment={placement.runtime.environment} />
      <span className="tag">{placement.subset}</span>
      <span className="grow" />
      <span>
        {t('services.placementCounts', { wanted: placement.wanted, running: placement.running })}
        {placement.unknown > 0 ? `, ${t('services.unknownCount', { count: placement.unknown })}` : ''}
        {placement.wantedRelease && placement.wantedRelease.id !== placement.release?.id
          ? `, ${t('services.deferredTo', { release: `r${placement.wantedRelease.number}` })}`
          : ''}
        {placement.release ? <span className="mono"> r{placement.release.number}</span> : null}
      </span>
    </span>
  )
}

function Trouble({ unit }: { unit: UnitView }) {
  const t = useTranslations()
  const frame = useFrame()
  const org = frame?.frame.organization?.slug
  return (
    <>
      {unit.message ? <span className="t2 brk">{unit.message}</span> : null}
      {unit.restarts > 0 && unit.state !== 'running' ? (
        <span className="t3"> {t('services.restarts', { count: unit.restarts })}</span>
      ) : null}
      {unit.heldBy && org ? (
        <span className="t3">
          {' '}
          {t('services.heldBy')}{' '}
          <Link className="u mono" href={paths.deploy(org, unit.heldBy.number)}>
            #{unit.heldBy.number}
          </Link>
        </span>
      ) : null}
    </>
  )
}

function useColumns(): Column<Row>[] {
  const t = useTranslations()
  const isOperator = useFrame()?.frame.user.isOperator ?? false
  return [
    { key: 'unit', head: t('services.unit'), className: 'name', cell: (unit) => unit.name },
    { key: 'state', head: t('services.state'), cell: (unit) => <UnitStatus unit={unit} exitCode={unit.exitCode} was /> },
    {
      key: 'release',
      head: t('services.release'),
      cell: (unit) =>
        unit.release ? (
          <>
            <span className="mono">r{unit.release.number}</span> <span className="t3">{unit.release.version}</span>
          </>
        ) : (
          '–'
        ),
    },
    {
      key: 'on',
      head: t('services.on'),
      wide: true,
      cell: (unit) =>
        unit.machine ? (
          isOperator ? (
            <Link className="u" href={paths.machine(unit.machine.name)}>
              {unit.machine.name}
            </Link>
          ) : (
            unit.machine.name
          )
        ) : (
          '–'
        ),
    },
    { key: 'endpoint', head: t('services.endpoint'), wide: true, cell: (unit) => <span className="mono t2">{unit.endpoint ?? '–'}</span> },
    {
      key: 'memory',
      head: t('services.reserved'),
      wide: true,
      right: true,
      cell: (unit) => <span className="num t2">{unit.memoryMib === null ? '–' : formatMib(unit.memoryMib)}</span>,
    },
    { key: 'trouble', head: '', wide: true, cell: (unit) => <Trouble unit={unit} /> },
    { key: 'since', head: t('services.since'), right: true, wide: true, cell: (unit) => <Ago at={unit.stateSince} className="t3 num" /> },
    {
      key: 'heard',
      head: t('services.heard'),
      right: true,
      wide: true,
      cell: (unit) => (unit.heardAt ? <Ago at={unit.heardAt} className="t3 num" /> : '–'),
    },
  ]
}

/** Units by placement, each placement with what is wanted of it. */
export function UnitsTable({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const columns = useColumns()
  const rows = service.placements.flatMap((placement) => placement.units.map((unit): Row => ({ ...unit, placement })))
  return (
    <Table
      label={t('services.units')}
      columns={columns}
      rows={rows}
      keyOf={(unit) => unit.id}
      groupOf={(unit, before) => (before?.placement.id === unit.placement.id ? null : <PlacementLine placement={unit.placement} />)}
    />
  )
}

/** The last lines of units in error: the answer to "why", before any log is opened. */
export function LastLines({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const broken = service.placements.flatMap((placement) => placement.units).filter((unit) => unit.state === 'error' && unit.lastLines)
  return broken.slice(0, 4).map((unit) => (
    <div key={unit.id} className="panel mt-3">
      <div className="panel-h">
        <span className="b">{t('services.lastLines', { name: unit.name })}</span>
      </div>
      <pre className="code json">{unit.lastLines}</pre>
    </div>
  ))
}
