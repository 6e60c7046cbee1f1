'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useSentence } from '@/components/frame/use-refusal'
import { useUnread } from '@/components/frame/use-unread'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { cores, formatMib } from '@/components/ui/sizes'
import { type Column, Table } from '@/components/ui/table'
import { type ClusterServiceView, type EndpointList, EndpointListSchema, PodUsageSchema } from '@/lib/clusters/object-views'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import { ClusterEvents } from './cluster-events'
import { ObjectYaml } from './pod-log-panel'

type Shown = { readonly cluster: string; readonly object: string }

/** What was made for a service in its clusters, each as it is there now, and under which addresses it is reached. */
export function ObjectsSection({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const [shown, show] = useState<Shown | null>(null)
  const [isWanted, want] = useState(false)
  const placements = service.placements.filter(({ workload }) => workload && workload.objects.length > 0)
  if (placements.length === 0) return null
  return (
    <Section
      title={t('workloads.objects.title')}
      hint={t('workloads.objects.hint')}
      end={
        isWanted ? undefined : (
          <Button size="sm" onClick={() => want(true)}>
            {t('workloads.objects.look')}
          </Button>
        )
      }
    >
      {placements.map(({ id, runtime, workload }) => (
        <p key={id} className="brk">
          <b>{runtime.name}</b>{' '}
          {(workload?.objects ?? []).map((object) => (
            <span key={object}>
              <button type="button" className="u mono f12" onClick={() => show({ cluster: runtime.name, object })}>
                {object}
              </button>{' '}
            </span>
          ))}
        </p>
      ))}
      {shown ? (
        <div className="panel mt-3">
          <div className="panel-h">
            <span className="b cut mono">{shown.object}</span>
            <span className="t3">{shown.cluster}</span>
            <span className="grow" />
            <Button size="sm" icon="close" label={t('ui.close')} onClick={() => show(null)} />
          </div>
          <ObjectYaml key={shown.object} service={service} {...shown} />
        </div>
      ) : null}
      {isWanted ? <Endpoints service={service} /> : null}
      {isWanted ? <Usage service={service} /> : null}
      {isWanted ? <ClusterEvents service={service} /> : null}
    </Section>
  )
}

/** What its pods use, where their cluster measures it. */
function Usage({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const { organizationSlug: org, applicationSlug: app, name, environment, stageId } = service
  const query = useQuery({
    queryKey: ['pod-usage', stageId],
    queryFn: ({ signal }) => fetchJson(`${api.podUsage(org, app, name)}?${new URLSearchParams({ environment })}`, PodUsageSchema, signal),
    refetchInterval: 15_000,
    retry: false,
  })
  return (query.data?.clusters ?? []).map(({ cluster, trouble, pods }) =>
    trouble ? null : (
      <p key={cluster} className="t2 mt-2 brk">
        <b>{cluster}</b>{' '}
        {pods === null
          ? t('workloads.objects.noMetrics')
          : pods.map((pod) => `${pod.name} ${t('services.cores', { n: cores(pod.cpuMillis) })}, ${formatMib(pod.memoryMib)}`).join('; ')}
      </p>
    ),
  )
}

interface Row extends ClusterServiceView {
  readonly cluster: string
}

function Endpoints({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const unread = useUnread()
  const sentence = useSentence()
  const { organizationSlug: org, applicationSlug: app, name, environment, stageId } = service
  const query = useQuery({
    queryKey: ['endpoints', stageId],
    queryFn: ({ signal }) =>
      fetchJson(`${api.endpoints(org, app, name)}?${new URLSearchParams({ environment })}`, EndpointListSchema, signal),
    refetchInterval: 5_000,
    retry: false,
  })
  if (query.error) return <p className="t2">{unread(query.error)}</p>
  if (!query.data) return <p className="t3">{t('workloads.drift.looking')}</p>
  const { clusters } = query.data
  return (
    <>
      {clusters.map(({ cluster, trouble }) => (trouble ? <p key={cluster} className="t2">{`${cluster}: ${sentence(trouble)}`}</p> : null))}
      <EndpointTable rows={rowsOf(clusters)} />
    </>
  )
}

const rowsOf = (clusters: EndpointList['clusters']): Row[] =>
  clusters.flatMap(({ cluster, services }) => services.map((one): Row => ({ ...one, cluster })))

function EndpointTable({ rows }: { rows: readonly Row[] }) {
  const t = useTranslations()
  const columns: Column<Row>[] = [
    { key: 'name', head: t('workloads.objects.service'), className: 'name', cell: (row) => <span className="mono">{row.name}</span> },
    { key: 'cluster', head: t('workloads.cluster'), cell: (row) => row.cluster },
    { key: 'address', head: t('workloads.address'), wide: true, cell: (row) => <span className="mono">{row.address ?? '–'}</span> },
    {
      key: 'ports',
      head: t('catalog.ports'),
      wide: true,
      cell: (row) => <span className="mono">{row.ports.map(({ name, port }) => `${name ?? ''} ${port}`.trim()).join(', ') || '–'}</span>,
    },
    {
      key: 'endpoints',
      head: t('workloads.objects.endpoints'),
      cell: (row) =>
        row.endpoints.length === 0 ? (
          <span className="t2">{t('workloads.objects.nobody')}</span>
        ) : (
          <span className="brk">
            {row.endpoints.map(({ address, pod, isReady }) => (
              <span key={address} className={isReady ? 'mono' : 'mono t3'} title={pod ?? undefined}>
                {address}
                {isReady ? '' : ` (${t('workloads.objects.notReady')})`}{' '}
              </span>
            ))}
          </span>
        ),
    },
  ]
  if (rows.length === 0) return <p className="t2 mt-3">{t('workloads.objects.none')}</p>
  return (
    <div className="mt-3">
      <Table label={t('workloads.objects.endpoints')} columns={columns} rows={[...rows]} keyOf={(row) => `${row.cluster} ${row.name}`} />
    </div>
  )
}
