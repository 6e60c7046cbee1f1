'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ReadAt } from '@/components/machines/freshness'
import { Labels } from '@/components/machines/inventory-rail'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { ButtonLink } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Meter } from '@/components/ui/meter'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { type ClusterList, type ClusterRowView, clusterStates } from '@/lib/clusters/views'
import { paths } from '@/lib/paths'
import { ClusterStatus } from './cluster-status'

const share = (percent: number | null) => (percent === null ? <span className="t3">–</span> : <Meter percent={percent} />)

/** What a person has to look at comes before what is merely so. */
function NamespaceCell({ row }: { row: ClusterRowView }) {
  const t = useTranslations()
  const { present, wanted, trouble } = row.namespaces
  if (trouble > 0) return <Status noun="namespace" state="foreign" word={t('clusters.namespacesTrouble', { count: trouble })} />
  return <span className="t2">{t('clusters.namespacesShort', { present, wanted })}</span>
}

function useColumns(): Column<ClusterRowView>[] {
  const t = useTranslations()
  return [
    {
      key: 'name',
      head: t('clusters.cluster'),
      className: 'name',
      cell: (row) => (
        <span className="row">
          <Link href={paths.cluster(row.name)}>{row.name}</Link> <EnvironmentTag environment={row.environment} />
        </span>
      ),
    },
    { key: 'state', head: t('services.state'), cell: (row) => <ClusterStatus cluster={row} /> },
    {
      key: 'heard',
      head: t('clusters.heard'),
      right: true,
      wide: true,
      cell: (row) => (row.heardAt ? <Ago at={row.heardAt} className="t3 num" /> : '–'),
    },
    { key: 'version', head: t('clusters.version'), wide: true, cell: (row) => <span className="mono t2">{row.version ?? '–'}</span> },
    {
      key: 'region',
      head: t('clusters.region'),
      choice: t('clusters.region'),
      wide: true,
      cell: (row) => <span className="t2">{row.region ?? '–'}</span>,
    },
    { key: 'labels', head: t('clusters.labels'), choice: t('clusters.labels'), wide: true, cell: (row) => <Labels labels={row.labels} /> },
    {
      key: 'nodes',
      head: t('clusters.nodes'),
      right: true,
      wide: true,
      cell: (row) => <span className="num">{t('clusters.nodesReady', { ready: row.readyNodes, count: row.nodes })}</span>,
    },
    { key: 'namespaces', head: t('clusters.namespaces'), wide: true, cell: (row) => <NamespaceCell row={row} /> },
    { key: 'cpu', head: 'CPU', choice: 'CPU', wide: true, cell: (row) => share(row.cpuPercent) },
    { key: 'memory', head: t('machines.memory'), choice: t('machines.memory'), wide: true, cell: (row) => share(row.memoryPercent) },
  ]
}

function List({ list }: { list: ClusterList }) {
  const t = useTranslations()
  const url = useUrlState()
  const router = useRouter()
  const columns = useColumns()
  const names = { q: t('ui.search'), state: t('services.state'), environment: t('environment.label'), region: t('clusters.region') }
  const isFiltered = Object.keys(names).some((key) => url.get(key))
  if (list.items.length === 0 && !isFiltered)
    return (
      <Void kind="none-yet" title={t('clusters.none')}>
        {t('clusters.noneHelp')}
      </Void>
    )
  return (
    <ReadAt asOf={list.asOf} again={() => router.refresh()}>
      <FilterBar
        placeholder={t('clusters.filter')}
        filters={[
          { key: 'state', label: names.state, options: clusterStates.map((value) => ({ value, label: t(`status.cluster.${value}`) })) },
          {
            key: 'environment',
            label: names.environment,
            options: (['test', 'production'] as const).map((value) => ({ value, label: t(`environment.${value}`) })),
          },
          ...(list.regions.length > 0
            ? [{ key: 'region', label: names.region, options: list.regions.map((value) => ({ value, label: value })) }]
            : []),
        ]}
        columns={columns.flatMap((column) => (column.choice ? [{ value: column.key, label: column.choice }] : []))}
      />
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.clusters')}
            columns={columns}
            rows={list.items}
            keyOf={(row) => row.id}
            hrefOf={(row) => paths.cluster(row.name)}
          />
          <Pager next={list.next} previous={list.previous}>
            {t('clusters.count', { count: list.total ?? list.items.length })}
          </Pager>
        </>
      ) : (
        <FilteredOut names={names} />
      )}
    </ReadAt>
  )
}

/** All clusters, for operators. */
export function ClustersPage({ list }: { list: ClusterList }) {
  const t = useTranslations()
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.clusters') }]}>
      <LivePage topic="platform" />
      <PageHead
        title={t('nav.clusters')}
        sub={t('clusters.sub')}
        acts={
          <ButtonLink tone="primary" icon="plus" href={paths.addCluster}>
            {t('clusters.add')}
          </ButtonLink>
        }
      />
      <List list={list} />
    </Page>
  )
}
