'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useSentence } from '@/components/frame/use-refusal'
import { useUnread } from '@/components/frame/use-unread'
import { Ago } from '@/components/ui/ago'
import { Stone } from '@/components/ui/stone'
import { type Column, Table } from '@/components/ui/table'
import { type ClusterEventView, EventListSchema } from '@/lib/clusters/object-views'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import type { WarningView } from '@/lib/workloads/views'

type Row<T extends WarningView> = T & { readonly cluster: string; readonly isWarning?: boolean }

const Reason = ({ one }: { one: Row<WarningView> }) =>
  one.isWarning ? (
    <span className="st amber">
      <Stone shape="warn" />
      {one.reason}
    </span>
  ) : (
    one.reason
  )

/** What clusters said of something: warnings that were seen, or all that they keep. */
export function EventTable<T extends WarningView>({ label, head, rows }: { label: string; head: string; rows: readonly Row<T>[] }) {
  const t = useTranslations()
  const columns: Column<Row<T>>[] = [
    { key: 'reason', head, className: 'name', cell: (one) => <Reason one={one} /> },
    ...(new Set(rows.map((one) => one.cluster)).size > 1
      ? [{ key: 'cluster', head: t('workloads.cluster'), wide: true, cell: (one: Row<T>) => one.cluster }]
      : []),
    { key: 'about', head: t('workloads.about'), wide: true, cell: (one) => <span className="mono">{one.about}</span> },
    { key: 'message', head: '', className: 'py-1.5', cell: (one) => <span className="t2 brk">{one.message}</span> },
    {
      key: 'last',
      head: t('workloads.last'),
      right: true,
      cell: (one) => (
        <span className="t3 num">
          {t('workloads.times', { count: one.count })} <Ago at={one.at} />
        </span>
      ),
    },
  ]
  return (
    <Table
      label={label}
      columns={columns}
      rows={[...rows]}
      keyOf={(one) => [one.cluster, one.about, one.reason, one.message, one.at].join(' ')}
    />
  )
}

/** Asked of its clusters while somebody looks: what went well stands in no row of ours. */
export function ClusterEvents({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const unread = useUnread()
  const sentence = useSentence()
  const { organizationSlug: org, applicationSlug: app, name, environment, stageId } = service
  const query = useQuery({
    queryKey: ['cluster-events', stageId],
    queryFn: ({ signal }) =>
      fetchJson(`${api.clusterEvents(org, app, name)}?${new URLSearchParams({ environment })}`, EventListSchema, signal),
    refetchInterval: 10_000,
    retry: false,
  })
  if (query.error) return <p className="t2">{unread(query.error)}</p>
  if (!query.data) return null
  const { clusters } = query.data
  const rows = clusters.flatMap(({ cluster, events }) => events.map((one): Row<ClusterEventView> => ({ ...one, cluster })))
  return (
    <div className="mt-4">
      {clusters.map(({ cluster, trouble }) => (trouble ? <p key={cluster} className="t2">{`${cluster}: ${sentence(trouble)}`}</p> : null))}
      {rows.length > 0 ? (
        <EventTable label={t('workloads.objects.events')} head={t('workloads.objects.events')} rows={rows} />
      ) : (
        <p className="t3">{t('workloads.objects.noEvents')}</p>
      )}
    </div>
  )
}
