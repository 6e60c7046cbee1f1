'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Meter } from '@/components/ui/meter'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useSelection } from '@/components/ui/use-selection'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { type MachineList, type MachineRow, machineStates, type PoolGroup } from '@/lib/machines/views'
import { paths } from '@/lib/paths'
import { ExpiringNotice, ExpiryCell } from './expiry'
import { Labels } from './inventory-rail'
import { MachineBulkBar } from './machine-bulk-bar'
import { MachineStatus } from './machine-status'

function PoolLine({ pool }: { pool: PoolGroup }) {
  const t = useTranslations()
  return (
    <span className="row">
      <b>
        <Link href={paths.pool(pool.name)}>{pool.name}</Link>
      </b>
      <EnvironmentTag environment={pool.environment} />
      <span>{t('machines.poolCounts', { machines: pool.machines, units: pool.units })}</span>
      {pool.restoredAt ? <Status noun="machine" state="lost" word={t('machines.restoredHere')} /> : null}
      {pool.loss ? <Status noun="machine" state="lost" word={t('machines.restsHere', { lost: pool.loss.lost, of: pool.loss.of })} /> : null}
      <span className="grow" />
      {pool.states.map((one) => (
        <Status
          key={one.state}
          noun="machine"
          state={one.state}
          word={t('machines.stateCount', { count: one.count, word: t(`status.machine.${one.state}`) })}
          className="only-l-i"
        />
      ))}
    </span>
  )
}

/** Columns that give way where the page would go sideways. */
const notOnSmall = 'max-[1400px]:hidden'
const onlyOnWide = 'max-[1680px]:hidden'

/** What it is made of (0.6.0+1a2b3c4d) is for who points at it. */
const version = (text: string | null) => (
  <span className="mono t3" title={text ?? undefined}>
    {text?.split('+')[0] ?? '–'}
  </span>
)

const share = (percent: number | null) => (percent === null ? <span className="t3">–</span> : <Meter percent={percent} />)

function useColumns(): Column<MachineRow>[] {
  const t = useTranslations()
  return [
    {
      key: 'name',
      head: t('services.machine'),
      sort: 'name',
      className: 'name',
      cell: (row) => <Link href={paths.machine(row.name)}>{row.name}</Link>,
    },
    { key: 'state', head: t('services.state'), cell: (row) => <MachineStatus machine={row} /> },
    {
      key: 'heard',
      head: t('services.heard'),
      right: true,
      cell: (row) => (row.heardAt ? <Ago at={row.heardAt} className="t3 num" /> : '–'),
    },
    {
      key: 'address',
      head: t('machines.address'),
      choice: t('machines.address'),
      wide: true,
      cell: (row) => <span className="mono t2">{row.address}</span>,
    },
    {
      key: 'zone',
      head: t('inventory.field.zone'),
      choice: t('inventory.field.zone'),
      wide: true,
      cell: (row) => <span className="t2">{[row.zone, row.rack].filter(Boolean).join(', ') || '–'}</span>,
    },
    {
      key: 'labels',
      head: t('inventory.field.labels'),
      choice: t('inventory.field.labels'),
      className: onlyOnWide,
      wide: true,
      cell: (row) => <Labels labels={row.labels} />,
    },
    {
      key: 'ends',
      head: t('inventory.field.expiresAt'),
      choice: t('inventory.field.expiresAt'),
      wide: true,
      cell: (row) => <ExpiryCell machine={row} />,
    },
    { key: 'units', head: t('services.units'), right: true, wide: true, cell: (row) => <span className="num">{row.units}</span> },
    { key: 'cpu', head: 'CPU', choice: 'CPU', wide: true, cell: (row) => share(row.cpuPercent) },
    { key: 'memory', head: t('machines.memory'), choice: t('machines.memory'), wide: true, cell: (row) => share(row.memoryPercent) },
    {
      key: 'disk',
      head: t('machines.disk'),
      choice: t('machines.disk'),
      className: notOnSmall,
      wide: true,
      cell: (row) => share(row.diskPercent),
    },
    {
      key: 'agent',
      head: t('machines.agent'),
      choice: t('machines.agent'),
      wide: true,
      className: notOnSmall,
      cell: (row) => version(row.agentVersion),
    },
  ]
}

const asOptions = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

export function MachineListView({ list }: { list: MachineList }) {
  const t = useTranslations()
  const url = useUrlState()
  const columns = useColumns()
  const selection = useSelection(list.items, (row) => row.id)
  const names = {
    q: t('ui.search'),
    state: t('services.state'),
    pool: t('machines.pool'),
    zone: t('inventory.field.zone'),
    label: t('inventory.field.labels'),
    expiry: t('inventory.field.expiresAt'),
  }
  const pools = new Map(list.pools.map((pool) => [pool.id, pool]))
  const grouped = !url.get('sort')
  return (
    <>
      {url.get('expiry') ? null : <ExpiringNotice expiring={list.expiring} />}
      <FilterBar
        placeholder={t('machines.filter')}
        filters={[
          { key: 'state', label: names.state, options: machineStates.map((value) => ({ value, label: t(`status.machine.${value}`) })) },
          { key: 'pool', label: names.pool, options: asOptions(list.choices.pools) },
          ...(list.choices.zones.length > 0 ? [{ key: 'zone', label: names.zone, options: asOptions(list.choices.zones) }] : []),
          ...(list.choices.labels.length > 0 ? [{ key: 'label', label: names.label, options: asOptions(list.choices.labels) }] : []),
          {
            key: 'expiry',
            label: names.expiry,
            options: [
              { value: 'soon', label: t('inventory.soon') },
              { value: 'over', label: t('inventory.isOver') },
            ],
          },
        ]}
        columns={columns.flatMap((column) => (column.choice ? [{ value: column.key, label: column.choice }] : []))}
      />
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.machines')}
            columns={columns}
            rows={list.items}
            keyOf={(row) => row.id}
            hrefOf={(row) => paths.machine(row.name)}
            select={selection.table}
            nameOf={(row) => row.name}
            {...(grouped
              ? {
                  groupOf: (row: MachineRow, before: MachineRow | undefined) => {
                    const pool = pools.get(row.pool.id)
                    return before?.pool.id === row.pool.id || !pool ? null : <PoolLine pool={pool} />
                  },
                }
              : {})}
          />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('machines.count', { count: list.total })}
          </Pager>
          <MachineBulkBar rows={selection.rows} onClear={selection.table.clear} />
        </>
      ) : Object.keys(names).some((key) => url.get(key)) ? (
        <FilteredOut names={names} />
      ) : (
        <Void kind="none-yet" title={t('machines.none')}>
          {t('machines.noneHelp')}
        </Void>
      )}
    </>
  )
}
