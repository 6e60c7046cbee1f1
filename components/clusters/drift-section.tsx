'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { fetchJson } from '@/components/frame/fetch-json'
import { useRefusal } from '@/components/frame/use-refusal'
import { useUnread } from '@/components/frame/use-unread'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { DriftSchema } from '@/lib/clusters/drift-views'
import type { PlanPreview } from '@/lib/deploys/views'
import { api } from '@/lib/paths'
import type { ServiceChange } from '@/lib/services/views'
import type { Act, Environment, Gate } from '@/lib/views'
import { DriftFound } from './drift-found'

/** A service or a route in one environment: what is looked at in its clusters, and put back there. */
export interface Watched {
  readonly stageId: string
  readonly name: string
  readonly environment: Environment
  readonly organizationSlug: string
  readonly applicationSlug: string
  readonly putBack: Gate
}

export interface PutBackActions {
  preview: Act<ServiceChange, PlanPreview>
  request: Act<ServiceChange, { number: number }>
}

interface Props {
  of: Watched
  actions: PutBackActions
}

/** Asked only when somebody wants to know: it costs each cluster a dry run. */
function useDrift({ organizationSlug, applicationSlug, name, environment, stageId }: Watched, isWanted: boolean) {
  return useQuery({
    queryKey: ['drift', stageId],
    queryFn: ({ signal }) =>
      fetchJson(`${api.drift(organizationSlug, applicationSlug, name)}?${new URLSearchParams({ environment })}`, DriftSchema, signal),
    enabled: isWanted,
    retry: false,
  })
}

/** All of it is applied anew, through a plan like any other change. */
export function PutBack({ of, actions, close }: Props & { close: () => void }) {
  const t = useTranslations()
  const router = useRouter()
  const base: ServiceChange = { stageId: of.stageId, kind: 'configure', takeOver: true }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('workloads.drift.ask', { name: of.name })}
      verb={t('workloads.drift.putBack')}
      organizationSlug={of.organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={() => actions.preview(base)}
      request={({ reason, ...rest }) => actions.request({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={of.name}
      canWait
      onAsked={(href) => router.push(href)}
    >
      <p className="t2">{t('workloads.drift.help')}</p>
    </PlanDialog>
  )
}

/** What in its clusters is not as its release says: who changed it, and the way back. */
export function DriftSection({ of, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const unread = useUnread()
  const [isWanted, want] = useState(false)
  const [isAsked, ask] = useState(false)
  const query = useDrift(of, isWanted)
  const differs = query.data?.clusters.some((cluster) => cluster.objects.length > 0) ?? false
  const look = () => (isWanted ? void query.refetch() : want(true))
  return (
    <Section title={t('workloads.drift.title')} hint={t('workloads.drift.hint')}>
      <div className="row">
        <Button size="sm" onClick={look}>
          {t(isWanted ? 'workloads.drift.again' : 'workloads.drift.look')}
        </Button>
        {differs ? (
          <Button size="sm" why={refusal(of.putBack)} onClick={() => ask(true)}>
            {t('workloads.drift.putBack')}…
          </Button>
        ) : null}
        {query.isFetching ? <span className="t3">{t('workloads.drift.looking')}</span> : null}
        {query.data && !query.isFetching ? <Ago at={query.data.asOf} className="t3" /> : null}
      </div>
      {query.isError ? <p className="t2">{unread(query.error)}</p> : null}
      {query.data ? <DriftFound drift={query.data} /> : null}
      {isAsked ? <PutBack of={of} actions={actions} close={() => ask(false)} /> : null}
    </Section>
  )
}
