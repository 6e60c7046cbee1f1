'use client'

import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import { Ago } from '@/components/ui/ago'
import { Section } from '@/components/ui/section'
import { cores, formatMib } from '@/components/ui/sizes'
import { Table } from '@/components/ui/table'
import type { ClusterView } from '@/lib/clusters/views'
import { Seen } from './cluster-status'

/** Nodes with what they can carry, and the classes that services may ask for. */
export function ClusterFacts({ cluster }: { cluster: ClusterView }) {
  const t = useTranslations()
  const { nodes, usage } = cluster.facts
  const isSilent = useSilence(cluster.heardAt) > 0
  const usedBy = new Map((usage ?? []).map((one) => [one.name, one]))
  return (
    <Section
      title={t('clusters.nodes')}
      hint={
        cluster.factsAt ? (
          <>
            {t('clusters.factsHint')} <Ago at={cluster.factsAt} />
          </>
        ) : null
      }
    >
      {nodes.length === 0 ? (
        <p className="t3">{t('clusters.factsLater')}</p>
      ) : (
        <Table
          inset
          label={t('clusters.nodes')}
          rows={nodes}
          keyOf={(node) => node.name}
          columns={[
            { key: 'node', head: t('clusters.node'), className: 'name', cell: (node) => <span className="mono">{node.name}</span> },
            {
              key: 'state',
              head: t('services.state'),
              cell: (node) => (
                <span className="row">
                  <Seen noun="cluster" state={node.isReady ? 'ready' : 'offline'} isSilent={isSilent} />
                  {node.isCordoned ? <span className="tag">{t('clusters.cordoned')}</span> : null}
                  {node.reason ? <span className="t3 f12 cut">{node.reason}</span> : null}
                </span>
              ),
            },
            { key: 'zone', head: t('clusters.zone'), wide: true, cell: (node) => <span className="t2">{node.zone ?? '–'}</span> },
            { key: 'version', head: t('clusters.version'), wide: true, cell: (node) => <span className="mono t2">{node.version}</span> },
            {
              key: 'cpu',
              head: 'CPU',
              right: true,
              cell: (node) => <Used used={usedBy.get(node.name)?.cpuMillis} whole={cores(node.cpuMillis)} say={cores} />,
            },
            {
              key: 'memory',
              head: t('machines.memory'),
              right: true,
              cell: (node) => <Used used={usedBy.get(node.name)?.memoryMib} whole={formatMib(node.memoryMib)} say={formatMib} />,
            },
            { key: 'pods', head: t('clusters.pods'), right: true, wide: true, cell: (node) => <span className="num">{node.pods}</span> },
          ]}
        />
      )}
      {nodes.length > 0 && usage === null ? <p className="t3 f12 mt-2">{t('clusters.measuresNothing')}</p> : null}
    </Section>
  )
}

function Used({ used, whole, say }: { used: number | undefined; whole: string; say: (n: number) => string }) {
  const t = useTranslations()
  return <span className="num">{used === undefined ? whole : t('quotas.usedOf', { used: say(used), limit: whole })}</span>
}
