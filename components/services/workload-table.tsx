'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { useRefusal } from '@/components/frame/use-refusal'
import { useSilence } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { useStatusWord } from '@/components/status/use-status-word'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { type Column, Table } from '@/components/ui/table'
import { useTimeWords } from '@/components/ui/use-time-words'
import { paths } from '@/lib/paths'
import type { PlacementView, ServiceView } from '@/lib/services/views'
import type { WorkloadView } from '@/lib/workloads/views'

type Shown = Pick<WorkloadView, 'state' | 'held' | 'heardAt' | 'available' | 'desired'> & Partial<Pick<WorkloadView, 'outside'>>

/** Silence beats everything: nothing stays green from memory. */
export function WorkloadStatus({ workload }: { workload: Shown }) {
  const t = useTranslations()
  const words = useTimeWords()
  const wordOf = useStatusWord()
  const silence = useSilence(workload.heardAt)
  const { state, available, desired, held } = workload
  const isChanged = workload.outside?.some((one) => !one.isKept) ?? false
  const isPartly = state === 'available' && available < desired
  const shown = isPartly ? 'partly' : state
  if (silence > 0)
    return (
      <span className="row">
        <Status noun="workload" state="unknown" word={t('status.unknownFor', { time: words.runs(silence) })} />
        <span className="t3 f12">{t('status.was', { word: wordOf('workload', shown) })}</span>
      </span>
    )
  return (
    <span className="row">
      <Status noun="workload" state={shown} />
      {held ? <Status noun="workload" state="held" className="f12" /> : null}
      {isChanged ? <Status noun="workload" state="changed" className="f12" /> : null}
    </span>
  )
}

export function PodCount({ workload }: { workload: Shown }) {
  const t = useTranslations()
  const silence = useSilence(workload.heardAt)
  return (
    <span className={silence > 0 ? 't3 num' : 'num'}>
      {t('workloads.podsOf', { available: workload.available, desired: workload.desired })}
    </span>
  )
}

function Trouble({ placement, service }: { placement: PlacementView; service: ServiceView }) {
  const t = useTranslations()
  const { workload, wantedRelease, release } = placement
  const isBehind = wantedRelease && wantedRelease.id !== release?.id
  return (
    <>
      {isBehind ? <span className="t2">{t('workloads.waitsFor', { release: `r${wantedRelease.number}` })} </span> : null}
      {workload?.message ? <span className="t2 brk">{workload.message}</span> : null}
      {workload?.heldBy ? (
        <span className="t3">
          {' '}
          {t('services.heldBy')}{' '}
          <Link className="u mono" href={paths.deploy(service.organizationSlug, workload.heldBy.number)}>
            #{workload.heldBy.number}
          </Link>
        </span>
      ) : null}
    </>
  )
}

function useColumns(service: ServiceView): Column<PlacementView>[] {
  const t = useTranslations()
  const isOperator = useFrame()?.frame.user.isOperator ?? false
  return [
    {
      key: 'cluster',
      head: t('workloads.cluster'),
      className: 'name',
      cell: ({ runtime }) => (
        <span className="row">
          {isOperator ? (
            <Link className="u" href={paths.cluster(runtime.name)}>
              {runtime.name}
            </Link>
          ) : (
            runtime.name
          )}
          <EnvironmentTag environment={runtime.environment} />
        </span>
      ),
    },
    {
      key: 'state',
      head: t('workloads.state'),
      cell: ({ workload }) => (workload ? <WorkloadStatus workload={workload} /> : <span className="t3">{t('workloads.nothingYet')}</span>),
    },
    {
      key: 'release',
      head: t('workloads.release'),
      cell: ({ workload }) =>
        workload?.release ? (
          <>
            <span className="mono">r{workload.release.number}</span> <span className="t3 only-l">{workload.release.version}</span>
          </>
        ) : (
          '–'
        ),
    },
    { key: 'pods', head: t('workloads.pods'), cell: ({ workload }) => (workload ? <PodCount workload={workload} /> : '–') },
    { key: 'trouble', head: '', wide: true, cell: (placement) => <Trouble placement={placement} service={service} /> },
    {
      key: 'since',
      head: t('workloads.since'),
      right: true,
      wide: true,
      cell: ({ workload }) => (workload ? <Ago at={workload.stateSince} className="t3 num" /> : '–'),
    },
    {
      key: 'heard',
      head: t('workloads.heard'),
      right: true,
      wide: true,
      cell: ({ workload }) => (workload?.heardAt ? <Ago at={workload.heardAt} className="t3 num" /> : '–'),
    },
  ]
}

/** Its last place went from here: what is left is said, and the way on is another cluster. */
function Nowhere({ service, onAdd }: { service: ServiceView; onAdd?: (() => void) | undefined }) {
  const t = useTranslations()
  if (!service.release) return <p className="t3">{t('services.noRelease')}</p>
  return (
    <div className="stack">
      <p className="t2">{t('workloads.nowhere')}</p>
      <Left service={service} />
      {onAdd ? <AddCluster service={service} onAdd={onAdd} /> : null}
    </div>
  )
}

function AddCluster({ service, onAdd }: { service: ServiceView; onAdd: () => void }) {
  const t = useTranslations()
  const refusal = useRefusal()
  return (
    <div className="row">
      <Button size="sm" icon="plus" why={refusal(service.gates.configure)} onClick={onAdd}>
        {t('workloads.add.act')}
      </Button>
    </div>
  )
}

function Left({ service }: { service: ServiceView }) {
  const t = useTranslations()
  return service.left.map(({ cluster, at }) => (
    <p key={cluster} className="t2">
      {t('workloads.left', { cluster })} <Ago at={at} as="ago" className="t3" />
    </p>
  ))
}

/** Where a service runs in clusters: how many of its pods answer, and what the cluster says that does not. */
export function WorkloadTable({ service, onAdd }: { service: ServiceView; onAdd?: () => void }) {
  const t = useTranslations()
  const columns = useColumns(service)
  const rows = service.placements.filter((placement) => placement.runtime.kind === 'cluster')
  if (rows.length === 0) return service.placements.length === 0 ? <Nowhere service={service} onAdd={onAdd} /> : null
  return (
    <>
      <Left service={service} />
      <Table label={t('workloads.title')} columns={columns} rows={rows} keyOf={(row) => row.id} />
      {onAdd && service.release ? (
        <div className="mt-2">
          <AddCluster service={service} onAdd={onAdd} />
        </div>
      ) : null}
      {rows.map(({ id, runtime, workload }) =>
        workload?.lastLines && workload.state === 'failed' ? (
          <div key={id} className="panel mt-3">
            <div className="panel-h">
              <span className="b">{t('workloads.lastLines', { name: runtime.name })}</span>
            </div>
            <pre className="code json">{workload.lastLines}</pre>
          </div>
        ) : null,
      )}
    </>
  )
}
