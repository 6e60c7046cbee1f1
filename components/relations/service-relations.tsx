'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useFrame } from '@/components/frame/frame-context'
import { useLiveQuery } from '@/components/frame/live'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { TableSkeleton } from '@/components/ui/skeleton'
import { Void } from '@/components/ui/void'
import { api, paths } from '@/lib/paths'
import type { RelationChoices } from '@/lib/relations/schema'
import { type ServiceRelations, ServiceRelationsSchema, type StandingRequirement } from '@/lib/relations/views'
import type { ServiceView } from '@/lib/services/views'
import type { Act, Environment } from '@/lib/views'
import { providerOfKey } from './choice-key'
import { RelationDialog } from './relation-dialog'
import { RelationTable } from './relation-table'

export interface RelationActions {
  set: Act<{ organization: string; application: string; name: string; environment: Environment; relations: RelationChoices }, void>
}

type Known = Pick<ServiceView, 'organizationSlug' | 'applicationSlug' | 'name' | 'environment' | 'stageId'>

function useRelations(service: Known) {
  const organizationId = useFrame()?.frame.organization?.id
  const key = ['relations', service.stageId]
  const { organizationSlug: org, applicationSlug: app, name, environment } = service
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.serviceRelations(org, app, name, environment), ServiceRelationsSchema, signal),
    staleTime: 2000,
  })
  useLiveQuery(organizationId ? `org:${organizationId}` : null, key, 800)
  return query
}

interface RequiresProps {
  service: Known
  relations: ServiceRelations
  choose: (requirement: StandingRequirement) => void
}

function Requires({ service, relations, choose }: RequiresProps) {
  const t = useTranslations()
  const refusal = useRefusal()
  return relations.requires.map((requirement) => {
    const edges = relations.edges.filter((edge) => edge.consumer.id === service.stageId && edge.requirement === requirement.name)
    return (
      <Section
        key={requirement.name}
        title={t('relations.needs', { name: requirement.name })}
        hint={
          <>
            <span className="mono">{requirement.interface}</span>, {t(`relations.granularity.${requirement.granularity}`)}
            {requirement.optional ? `, ${t('relations.optional')}` : ''}
            {requirement.since ? `, ${t('relations.since', { version: requirement.since })}` : ''}
          </>
        }
        end={
          <Button size="sm" why={refusal(relations.gate)} onClick={() => choose(requirement)}>
            {t('relations.change')}
          </Button>
        }
      >
        {edges.length > 0 ? (
          <RelationTable
            edges={edges}
            without="consumer"
            organizationSlug={service.organizationSlug}
            applicationSlug={service.applicationSlug}
            label={t('relations.needs', { name: requirement.name })}
          />
        ) : (
          <p className="t3">{t('relations.nobodyYet')}</p>
        )}
      </Section>
    )
  })
}

/** What a service needs, who gives it, and who takes what it gives. */
export function ServiceRelationsPanel({ service, actions }: { service: Known; actions: RelationActions }) {
  const t = useTranslations()
  const query = useRelations(service)
  const [asked, setAsked] = useState<StandingRequirement>()
  const { organizationSlug: organization, applicationSlug: application, name, environment } = service
  const relations = query.data
  if (!relations && query.isError)
    return (
      <Void kind="failed" title={t('relations.failed')} acts={<Button onClick={() => void query.refetch()}>{t('ui.tryNow')}</Button>} />
    )
  if (!relations) return <TableSkeleton />
  const taken = relations.edges.filter((edge) => edge.provider.id === service.stageId)
  if (relations.requires.length === 0 && relations.provides.length === 0)
    return (
      <Void kind="none-yet" title={t('relations.without')}>
        {t('relations.withoutHelp')}
      </Void>
    )
  const save = async (providers: string[]) => {
    const chosen = { [asked?.name ?? '']: providers.map(providerOfKey) }
    const result = await actions.set({ organization, application, name, environment, relations: chosen })
    if (!result.ok) return result.error
    await query.refetch()
    return undefined
  }
  return (
    <>
      <Requires service={service} relations={relations} choose={setAsked} />
      {relations.provides.length > 0 ? (
        <Section
          title={t('relations.takenBy')}
          hint={relations.provides.map((one) => one.interface).join(', ')}
          end={
            <Link className="u f12" href={paths.relations(organization, application, environment)}>
              {t('relations.wholeMap')}
            </Link>
          }
        >
          {taken.length > 0 ? (
            <RelationTable
              edges={taken}
              without="provider"
              organizationSlug={organization}
              applicationSlug={application}
              label={t('relations.takenBy')}
            />
          ) : (
            <p className="t3">{t('relations.takenByNobody')}</p>
          )}
          {relations.edgesLeft > 0 ? <p className="t2">{t('relations.edgesLeft', { count: relations.edgesLeft })}</p> : null}
        </Section>
      ) : null}
      {asked ? (
        <RelationDialog
          requirement={asked}
          relations={relations}
          production={environment === 'production'}
          close={() => setAsked(undefined)}
          save={save}
        />
      ) : null}
    </>
  )
}
