'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { EventList } from '@/components/events/event-list'
import { ApiFailure, fetchJson } from '@/components/frame/fetch-json'
import { useLiveQuery } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useSentence } from '@/components/frame/use-refusal'
import { Limits, ReadAt, useSilence } from '@/components/machines/freshness'
import { type EndRestore, RestoreNotice } from '@/components/machines/restore-notice'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { ResidentList } from '@/lib/clusters/resident-views'
import { type ClusterView, ClusterViewSchema } from '@/lib/clusters/views'
import { api, paths } from '@/lib/paths'
import { ClusterActs, type ForgetCluster, type OperateCluster, type RemoveCluster, type StayCluster } from './cluster-acts'
import { ClusterFacts } from './cluster-facts'
import { ClusterGrants, type GrantCluster, type OfferCluster } from './cluster-grants'
import { type AdoptNamespace, ClusterNamespaces } from './cluster-namespaces'
import { ClusterPermissions } from './cluster-permissions'
import { ClusterRail, type DescribeCluster, type ReplaceCredential } from './cluster-rail'
import { ClusterResidents } from './cluster-residents'
import { ClusterBadge } from './cluster-status'
import type { LookAtKubeconfig } from './use-look'

interface ClusterActions {
  adopt: AdoptNamespace
  describe: DescribeCluster
  endRestore: EndRestore
  forget: ForgetCluster
  grant: GrantCluster
  look: LookAtKubeconfig
  offer: OfferCluster
  operate: OperateCluster
  remove: RemoveCluster
  replace: ReplaceCredential
  stay: StayCluster
}

/** The one thing to know first: it goes, it is silent, or the hub lacks something there. */
function ClusterNotice({ cluster }: { cluster: ClusterView }) {
  const t = useTranslations()
  const sentence = useSentence()
  const words = useTimeWords()
  const silence = useSilence(cluster.heardAt)
  // What the last look met is the cluster's or the system's own word; until that is a state, it is told as what it is.
  const unheard = sentence(cluster.stateReason ?? { code: 'cluster_no_answer', values: {} })
  if (cluster.removal)
    return (
      <Notice tone="blue" role="status" title={t('clusters.removing')}>
        {cluster.placements > 0
          ? t('clusters.removingWaits', { count: cluster.placements })
          : t(`clusters.removingHelp.${cluster.removal.how}`)}{' '}
        {cluster.lastError ? <span className="t3">{unheard}</span> : null}
      </Notice>
    )
  if (silence > 0 && cluster.state !== 'maintaining')
    return (
      <Notice tone="none" role="status" title={t('clusters.silent', { time: words.runs(silence) })}>
        {unheard} {t('clusters.silentHelp')}
      </Notice>
    )
  if (cluster.missing > 0) return <Notice tone="red" role="alert" title={t('clusters.lacksSome', { count: cluster.missing })} />
  if (cluster.namespaces.trouble > 0)
    return <Notice tone="amber" title={t('clusters.namespacesTrouble', { count: cluster.namespaces.trouble })} />
  return null
}

interface Props {
  initial: ClusterView
  residents: ResidentList
  actions: ClusterActions
}

/** One cluster, for operators. */
export function ClusterPage({ initial, residents, actions }: Props) {
  const t = useTranslations()
  const key = ['cluster', initial.id]
  const router = useRouter()
  const {
    data: cluster,
    refetch,
    error,
  } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.cluster(initial.name), ClusterViewSchema, signal),
    initialData: initial,
    staleTime: 2000,
    // What is being removed is soon gone.
    refetchInterval: ({ state }) => (state.data?.isRemoving ? 2_000 : 10_000),
    retry: (count, problem) => !(problem instanceof ApiFailure && problem.status === 404) && count < 3,
  })
  useLiveQuery('platform', key, 800)
  const isGone = error instanceof ApiFailure && error.status === 404
  useEffect(() => {
    if (isGone) router.replace(paths.platformClusters)
  }, [isGone, router])
  return (
    <Limits value={{ unknownAfterMs: cluster.unknownAfterMs, lostAfterMs: cluster.unknownAfterMs }}>
      <ReadAt asOf={cluster.asOf} again={() => void refetch()}>
        <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.clusters'), href: paths.platformClusters }, { label: cluster.name }]}>
          <PageHead
            title={cluster.name}
            marks={
              <>
                <ClusterBadge cluster={cluster} />
                <EnvironmentTag environment={cluster.environment} />
              </>
            }
          />
          <div className="stack mb-4 empty:hidden">
            <RestoreNotice runtime={{ id: cluster.runtimeId, name: cluster.name }} since={cluster.restoredAt} end={actions.endRestore} />
            <ClusterNotice cluster={cluster} />
          </div>
          <div className="cols">
            <div>
              <ClusterFacts cluster={cluster} />
              <ClusterResidents cluster={cluster} initial={residents} />
              <ClusterNamespaces cluster={cluster} adopt={actions.adopt} />
              <ClusterGrants cluster={cluster} grant={actions.grant} offer={actions.offer} />
              <ClusterPermissions cluster={cluster} />
              <ClusterActs cluster={cluster} actions={actions} />
              <Section title={t('clusters.history')}>
                <EventList events={cluster.history} />
              </Section>
            </div>
            <ClusterRail cluster={cluster} look={actions.look} replace={actions.replace} describe={actions.describe} />
          </div>
        </Page>
      </ReadAt>
    </Limits>
  )
}
