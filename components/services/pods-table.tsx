'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Section } from '@/components/ui/section'
import { type Column, Table } from '@/components/ui/table'
import type { PlacementView, ServiceView } from '@/lib/services/views'
import type { PodView, WarningView, WorkloadView } from '@/lib/workloads/views'
import { EventTable } from './cluster-events'
import { type DeletePod, PodPanel } from './pod-panel'

interface Row extends PodView {
  readonly placement: PlacementView
  readonly workload: WorkloadView
}

const rowsOf = (service: ServiceView): Row[] =>
  service.placements.flatMap((placement) => {
    const { workload } = placement
    return workload ? workload.pods.map((pod): Row => ({ ...pod, placement, workload })) : []
  })

function PodStatus({ pod }: { pod: Row }) {
  const t = useTranslations()
  const silence = useSilence(pod.workload.heardAt)
  const isUnknown = silence > 0 && pod.state !== 'gone'
  return (
    <span className="row">
      <Status noun="pod" state={isUnknown ? 'unknown' : pod.state} />
      {pod.reason && pod.state !== 'ready' ? (
        <span className="t3 f12 cut" title={pod.message ?? undefined}>
          {pod.reason}
          {pod.exitCode === null ? '' : `, ${t('workloads.exitCode', { code: pod.exitCode })}`}
        </span>
      ) : null}
      {pod.isNewest || pod.state === 'gone' ? null : <span className="tag">{t('workloads.older')}</span>}
    </span>
  )
}

function useColumns(show: (pod: Row) => void): Column<Row>[] {
  const t = useTranslations()
  return [
    {
      key: 'pod',
      head: t('workloads.pod'),
      className: 'name',
      cell: (pod) =>
        pod.state === 'gone' && !pod.hasLines ? (
          <span className="mono t3">{pod.name}</span>
        ) : (
          <button
            type="button"
            className={pod.state === 'gone' ? 'u mono t3' : 'u mono'}
            title={t('workloads.showLog', { name: pod.name })}
            onClick={() => show(pod)}
          >
            {pod.name}
          </button>
        ),
    },
    { key: 'state', head: t('workloads.state'), cell: (pod) => <PodStatus pod={pod} /> },
    { key: 'node', head: t('workloads.node'), wide: true, cell: (pod) => <span className="mono">{pod.node ?? '–'}</span> },
    { key: 'address', head: t('workloads.address'), wide: true, cell: (pod) => <span className="mono">{pod.address ?? '–'}</span> },
    { key: 'restarts', head: t('workloads.restarts'), right: true, cell: (pod) => <span className="num">{pod.restarts}</span> },
    {
      key: 'started',
      head: t('workloads.started'),
      right: true,
      wide: true,
      cell: (pod) => (pod.startedAt ? <Ago at={pod.startedAt} className="t3 num" /> : '–'),
    },
  ]
}

/** Pods of all clusters, each cluster with its name; one opens what it prints. */
export function PodsTable({ service, deletePod }: { service: ServiceView; deletePod: DeletePod }) {
  const t = useTranslations()
  const [shown, show] = useState<Row | null>(null)
  const columns = useColumns(show)
  const rows = rowsOf(service)
  if (rows.length === 0) return null
  return (
    <div className="mt-4">
      <Table
        label={t('workloads.pods')}
        columns={columns}
        rows={rows}
        keyOf={(pod) => `${pod.placement.id} ${pod.name}`}
        groupOf={(pod, before) =>
          before?.placement.id === pod.placement.id ? null : <ClusterLine placement={pod.placement} workload={pod.workload} />
        }
      />
      {shown ? (
        <PodPanel
          key={shown.name}
          service={service}
          pod={{
            name: shown.name,
            isGone: (rows.find((row) => row.id === shown.id) ?? shown).state === 'gone',
            cluster: shown.placement.runtime.name,
          }}
          sisters={rows.filter((row) => row.state !== 'gone').map((row) => row.name)}
          deletePod={deletePod}
          close={() => show(null)}
        />
      ) : null}
      <Warnings service={service} />
    </div>
  )
}

function ClusterLine({ placement, workload }: { placement: PlacementView; workload: WorkloadView }) {
  const t = useTranslations()
  return (
    <span className="row">
      <b>{placement.runtime.name}</b>
      {workload.namespace ? <span className="t3">{t('workloads.namespace', { name: workload.namespace })}</span> : null}
      <span className="grow" />
      <span className="num">{t('workloads.podsOf', { available: workload.available, desired: workload.desired })}</span>
    </span>
  )
}

function Warnings({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const rows = service.placements.flatMap(({ runtime, workload }) =>
    (workload?.warnings ?? []).map((warning): WarningView & { cluster: string } => ({ ...warning, cluster: runtime.name })),
  )
  if (rows.length === 0) return null
  return (
    <Section title={t('workloads.warnings')}>
      <EventTable label={t('workloads.warnings')} head={t('workloads.warning')} rows={rows} />
    </Section>
  )
}
