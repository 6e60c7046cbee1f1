'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { DriftFound } from '@/components/clusters/drift-found'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { fetchJson } from '@/components/frame/fetch-json'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { DriftSchema } from '@/lib/clusters/drift-views'
import { api } from '@/lib/paths'
import type { ServiceChange, ServiceView } from '@/lib/services/views'
import type { ServiceActions } from './service-acts'

interface Props {
  service: ServiceView
  actions: ServiceActions
}

/** Asked only when somebody wants to know: it costs each cluster a dry run. */
function useDrift({ organizationSlug, applicationSlug, name, environment, stageId }: ServiceView, isWanted: boolean) {
  return useQuery({
    queryKey: ['drift', stageId],
    queryFn: ({ signal }) =>
      fetchJson(`${api.drift(organizationSlug, applicationSlug, name)}?${new URLSearchParams({ environment })}`, DriftSchema, signal),
    enabled: isWanted,
    retry: false,
  })
}

/** All of it is applied anew, through a plan like any other change. */
export function PutBack({ service, actions, close }: Props & { close: () => void }) {
  const t = useTranslations()
  const router = useRouter()
  const base: ServiceChange = { stageId: service.stageId, kind: 'configure', takeOver: true }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('workloads.drift.ask', { name: service.name })}
      verb={t('workloads.drift.putBack')}
      organizationSlug={service.organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={() => actions.preview(base)}
      request={({ reason, ...rest }) => actions.request({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={service.name}
      canWait
      onAsked={(href) => router.push(href)}
    >
      <p className="t2">{t('workloads.drift.help')}</p>
    </PlanDialog>
  )
}

/** What in its clusters is not as its release says: who changed it, and the way back. */
export function DriftSection({ service, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [isWanted, want] = useState(false)
  const [isAsked, ask] = useState(false)
  const query = useDrift(service, isWanted)
  if (!service.placements.some((placement) => placement.workload?.release)) return null
  const differs = query.data?.clusters.some((cluster) => cluster.objects.length > 0) ?? false
  const look = () => (isWanted ? void query.refetch() : want(true))
  return (
    <Section title={t('workloads.drift.title')} hint={t('workloads.drift.hint')}>
      <div className="row">
        <Button size="sm" onClick={look}>
          {t(isWanted ? 'workloads.drift.again' : 'workloads.drift.look')}
        </Button>
        {differs ? (
          <Button size="sm" why={refusal(service.gates.configure)} onClick={() => ask(true)}>
            {t('workloads.drift.putBack')}…
          </Button>
        ) : null}
        {query.isFetching ? <span className="t3">{t('workloads.drift.looking')}</span> : null}
        {query.data && !query.isFetching ? <Ago at={query.data.asOf} className="t3" /> : null}
      </div>
      {query.isError ? <p className="t2">{query.error.message}</p> : null}
      {query.data ? <DriftFound drift={query.data} /> : null}
      {isAsked ? <PutBack service={service} actions={actions} close={() => ask(false)} /> : null}
    </Section>
  )
}
