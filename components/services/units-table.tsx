'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Failure } from '@/components/deploys/task-caption'
import { useFrame } from '@/components/frame/frame-context'
import { useRefusal } from '@/components/frame/use-refusal'
import { UnitCpu, UnitDisk, UnitMemory } from '@/components/samples/unit-charts'
import { useServiceUsage } from '@/components/samples/use-service-usage'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { type Column, Table } from '@/components/ui/table'
import { useSelection } from '@/components/ui/use-selection'
import { paths } from '@/lib/paths'
import { type PlacementView, type ServiceView, type UnitAct, type UnitView, unitActs } from '@/lib/services/views'
import { actIcons } from './act-icons'
import type { AskedChange } from './service-dialogs'
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

function Trouble({ unit, restarts }: { unit: UnitView; restarts: number }) {
  const t = useTranslations()
  const frame = useFrame()
  const org = frame?.frame.organization?.slug
  return (
    <>
      {unit.message ? (
        <span className="t2 brk">
          <Failure code={unit.code} message={unit.message} />
        </span>
      ) : null}
      {restarts > 0 ? (
        <span className="t3"> {t('usage.restarts', { count: restarts })}</span>
      ) : unit.restarts > 0 && unit.state !== 'running' ? (
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

/** Columns that give way where the page would go sideways. */
const notOnSmall = 'max-[1400px]:hidden'
const onlyOnWide = 'max-[1680px]:hidden'

function useColumns(service: ServiceView): Column<Row>[] {
  const usageOf = useServiceUsage(service)
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
      key: 'cpu',
      head: t('usage.cpuOfDay'),
      wide: true,
      cell: (unit) => <UnitCpu unit={unit} usage={usageOf(unit.id)} />,
    },
    {
      key: 'memory',
      head: t('usage.memoryOfDay'),
      className: notOnSmall,
      wide: true,
      cell: (unit) => <UnitMemory unit={unit} usage={usageOf(unit.id)} />,
    },
    {
      key: 'disk',
      head: t('usage.diskOfDay'),
      className: onlyOnWide,
      wide: true,
      cell: (unit) => <UnitDisk unit={unit} usage={usageOf(unit.id)} />,
    },
    {
      key: 'trouble',
      head: '',
      className: 'py-1.5',
      wide: true,
      cell: (unit) => <Trouble unit={unit} restarts={usageOf(unit.id)?.restarts ?? 0} />,
    },
    {
      key: 'since',
      head: t('services.since'),
      right: true,
      wide: true,
      cell: (unit) => <Ago at={unit.stateSince} className="t3 num" />,
    },
    {
      key: 'heard',
      head: t('services.heard'),
      right: true,
      wide: true,
      cell: (unit) => (unit.heardAt ? <Ago at={unit.heardAt} className="t3 num" /> : '–'),
    },
  ]
}

const idOf = (unit: Row) => unit.id

interface BarProps {
  units: readonly Row[]
  ask: (change: AskedChange) => void
  clear: () => void
}

/** What can be done with the selected units; each that cannot is left out, and off only where none can. */
function UnitBar({ units, ask, clear }: BarProps) {
  const t = useTranslations()
  const refusal = useRefusal()
  if (units.length === 0) return null
  const able = (act: UnitAct) => units.filter((unit) => unit.gates[act].allowed)
  const why = (act: UnitAct) => (able(act).length === 0 && units[0] ? refusal(units[0].gates[act]) : undefined)
  return (
    <div className="bulk-dock">
      <div className="bulk" role="toolbar" aria-label={t('services.withUnits')}>
        <span className="grow nowrap num" role="status">
          {t('services.bulk.selected', { count: units.length })}
        </span>
        {unitActs.map((act) => (
          <Button key={act} icon={actIcons[act] ?? 'code'} why={why(act)} onClick={() => ask({ kind: act, units: able(act) })}>
            {t(`services.act.${act}`)}
          </Button>
        ))}
        <Button icon="close" label={t('services.bulk.clear')} onClick={clear} />
      </div>
    </div>
  )
}

/** Units by placement, each placement with what is wanted of it. */
export function UnitsTable({ service, ask }: { service: ServiceView; ask: (change: AskedChange) => void }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const columns = useColumns(service)
  const rows = service.placements.flatMap((placement) => placement.units.map((unit): Row => ({ ...unit, placement })))
  const selection = useSelection(rows, idOf)
  const chosen = selection.rows
  const menuOf = (unit: Row) => [
    unitActs.map((act) => ({
      key: act,
      label: t(`services.act.${act}`),
      icon: actIcons[act] ?? 'code',
      why: refusal(unit.gates[act]),
      onSelect: () => ask({ kind: act, units: [unit] }),
    })),
  ]
  return (
    <>
      <Table
        label={t('services.units')}
        nameOf={(unit) => unit.name}
        select={selection.table}
        menuOf={menuOf}
        columns={columns}
        rows={rows}
        keyOf={idOf}
        groupOf={(unit, before) => (before?.placement.id === unit.placement.id ? null : <PlacementLine placement={unit.placement} />)}
      />
      <UnitBar units={chosen} ask={ask} clear={selection.table.clear} />
    </>
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
