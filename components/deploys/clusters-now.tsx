'use client'

import { useTranslations } from 'use-intl'
import { PodCount, WorkloadStatus } from '@/components/services/workload-table'
import { Ago } from '@/components/ui/ago'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { DeployView } from '@/lib/deploys/views'

/** What the clusters show now, whatever the record says. */
export function ClustersNow({ deploy: { clustersNow: rows } }: { deploy: DeployView }) {
  const t = useTranslations()
  if (rows.length === 0) return null
  return (
    <Section title={t('deploys.now.inClusters')}>
      <Table
        inset
        label={t('deploys.now.inClusters')}
        rows={rows}
        keyOf={(row) => row.placementId}
        columns={[
          { key: 'cluster', head: t('workloads.cluster'), className: 'name', cell: (row) => row.cluster },
          { key: 'state', head: t('services.state'), cell: (row) => <WorkloadStatus workload={row} /> },
          {
            key: 'serves',
            head: t('deploys.now.serves'),
            cell: ({ release }) =>
              release ? (
                <>
                  <span className="mono">r{release.number}</span> <span className="t3">{release.version}</span>
                </>
              ) : (
                '–'
              ),
          },
          { key: 'pods', head: t('workloads.pods'), cell: (row) => <PodCount workload={row} /> },
          {
            key: 'heard',
            head: t('workloads.heard'),
            right: true,
            wide: true,
            cell: (row) => (row.heardAt ? <Ago at={row.heardAt} className="t3 num" /> : '–'),
          },
        ]}
      />
    </Section>
  )
}
