'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveQuery } from '@/components/frame/live'
import { useSentence } from '@/components/frame/use-refusal'
import { PodCount, WorkloadStatus } from '@/components/services/workload-table'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { FilterInput } from '@/components/ui/filter-input'
import { Section } from '@/components/ui/section'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { type Resident, type ResidentList, ResidentListSchema } from '@/lib/clusters/resident-views'
import type { ClusterView } from '@/lib/clusters/views'
import { api } from '@/lib/paths'
import { applicationColumn } from './application-column'

/** Its name, what it is and whose; the way to it where there is one. */
export function ResidentName({ one }: { one: Resident }) {
  const t = useTranslations()
  const name = one.subset === 'stable' ? one.service : `${one.service} (${one.subset})`
  return (
    <span className="row">
      {one.href ? (
        <Link className="u" href={one.href}>
          {name}
        </Link>
      ) : (
        name
      )}
      {one.isRoute ? <span className="tag">{t('clusters.route')}</span> : null}
    </span>
  )
}

/** A removal that was asked for, and how far it is. */
function Leaving({ one }: { one: Resident }) {
  const t = useTranslations()
  const sentence = useSentence()
  if (!one.leaving) return null
  const { record, refused } = one.leaving
  if (refused) return <span className="t2">{sentence(refused)}</span>
  if (!record) return <span className="t3">{t('clusters.leavingSoon')}</span>
  return (
    <span className="row">
      {record.href ? (
        <Link className="u mono" href={record.href}>
          #{record.number}
        </Link>
      ) : (
        <span className="mono">#{record.number}</span>
      )}
      <Status noun="deploy" state={record.state} />
    </span>
  )
}

function useColumns(heardAt: string | null, isLeaving: boolean): Column<Resident>[] {
  const t = useTranslations()
  return [
    { key: 'name', head: t('clusters.resident'), className: 'name', cell: (one) => <ResidentName one={one} /> },
    { key: 'state', head: t('services.state'), cell: (one) => <WorkloadStatus workload={{ ...one, heardAt }} /> },
    {
      key: 'pods',
      head: t('workloads.pods'),
      right: true,
      wide: isLeaving,
      cell: (one) => (one.isRoute ? <span className="t3">–</span> : <PodCount workload={{ ...one, heardAt }} />),
    },
    {
      key: 'release',
      head: t('workloads.release'),
      wide: true,
      cell: (one) => (one.release ? <span className="mono">r{one.release.number}</span> : '–'),
    },
    applicationColumn(t('clusters.application')),
    ...(isLeaving
      ? [
          {
            key: 'leaving',
            head: t('clusters.removal'),
            className: 'whitespace-normal py-1.5',
            cell: (one: Resident) => <Leaving one={one} />,
          },
        ]
      : []),
    {
      key: 'since',
      head: t('services.since'),
      right: true,
      wide: true,
      cell: (one) => (one.stateSince ? <Ago at={one.stateSince} className="t3 num" /> : '–'),
    },
  ]
}

/** What lives in a cluster: services and routes, as it last showed them. */
export function ClusterResidents({ cluster, initial }: { cluster: ClusterView; initial: ResidentList }) {
  const t = useTranslations()
  const url = useUrlState()
  const ask = { q: url.get('q'), after: url.get('after'), before: url.get('before') }
  const key = ['cluster', cluster.id, 'residents', ask]
  const { data: list } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.clusterWorkloads(cluster.name, ask), ResidentListSchema, signal),
    initialData: initial,
    staleTime: 2000,
    refetchInterval: 10_000,
  })
  useLiveQuery('platform', key, 800)
  const columns = useColumns(cluster.heardAt, cluster.isRemoving)
  const isFiltered = ask.q !== ''
  return (
    <Section title={t('clusters.residents')} hint={cluster.placements || null}>
      {list.next || list.previous || isFiltered ? (
        <FilterInput label={t('clusters.filterResidents')} value={ask.q} onChange={(q) => url.set({ q })} />
      ) : null}
      {list.items.length > 0 ? (
        <>
          <Table inset label={t('clusters.residents')} rows={list.items} keyOf={(one) => one.placementId} columns={columns} />
          {list.next || list.previous ? (
            <Pager next={list.next} previous={list.previous}>
              {t('clusters.residentCount', { count: cluster.placements })}
            </Pager>
          ) : null}
        </>
      ) : (
        <p className="t3">{t(isFiltered ? 'clusters.noSuchResident' : 'clusters.noResidents')}</p>
      )}
    </Section>
  )
}
