'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { DriftFound } from '@/components/clusters/drift-found'
import { fetchJson } from '@/components/frame/fetch-json'
import { useUnread } from '@/components/frame/use-unread'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { DriftSchema } from '@/lib/clusters/drift-views'
import type { DeployView } from '@/lib/deploys/views'
import { api } from '@/lib/paths'

/** The plan against the clusters as they are now, by a dry run; asked only when somebody wants to know. */
export function LiveDiff({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const unread = useUnread()
  const [isWanted, want] = useState(false)
  const isOpen = deploy.endedAt === null && deploy.runtimeNames.some((runtime) => runtime.kind === 'cluster')
  const query = useQuery({
    queryKey: ['live-diff', deploy.id, deploy.planHash],
    queryFn: ({ signal }) => fetchJson(api.liveDiff(deploy.organizationSlug ?? '', deploy.number), DriftSchema, signal),
    enabled: isWanted && isOpen,
    retry: false,
  })
  if (!isOpen) return null
  return (
    <Section title={t('workloads.live.title')} hint={t('workloads.live.hint')}>
      <div className="row">
        <Button size="sm" onClick={() => (isWanted ? void query.refetch() : want(true))}>
          {t(isWanted ? 'workloads.drift.again' : 'workloads.live.look')}
        </Button>
        {query.isFetching ? <span className="t3">{t('workloads.drift.looking')}</span> : null}
        {query.data && !query.isFetching ? <Ago at={query.data.asOf} className="t3" /> : null}
      </div>
      {query.isError ? <p className="t2">{unread(query.error)}</p> : null}
      {query.data ? <DriftFound drift={query.data} /> : null}
    </Section>
  )
}
