'use client'

import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import type { RuntimesView } from '@/lib/quotas/views'
import { ClusterStatus } from './cluster-status'

/** How a cluster is, as those see it who may use it. */
export function ClusterRoom({ cluster }: { cluster: NonNullable<RuntimesView['runtimes'][number]['cluster']> }) {
  const t = useTranslations()
  const silence = useSilence(cluster.heardAt)
  if (cluster.state === 'ready' && silence === 0)
    return <span className="t2">{t('clusters.readyNodes', { count: cluster.readyNodes })}</span>
  return <ClusterStatus cluster={{ ...cluster, isRemoving: false, stateReason: null }} />
}
