'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { type GroupActions, GroupsSection } from '@/components/groups/groups-section'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button, ButtonLink } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Section } from '@/components/ui/section'
import { Segmented } from '@/components/ui/segmented'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import type { GroupList } from '@/lib/groups/views'
import { paths } from '@/lib/paths'
import type { RelationMap, RelationNode, RelationOffers } from '@/lib/relations/views'
import { type ExternalActions, ExternalDialog } from './external-dialog'
import { ExternalTable } from './external-table'
import { nameWithHome } from './name-with-home'
import { type OfferActions, OffersSection } from './offers-section'
import { RelationGraph } from './relation-graph'
import { RelationTable } from './relation-table'

interface Props {
  map: RelationMap
  offers: RelationOffers
  groups: GroupList
  organizationSlug: string
  applicationSlug: string
  actions: ExternalActions & OfferActions & GroupActions
}

/** A whole application: who needs whom, as a graph and as a table with the same content. */
export function RelationsPage({ map, offers, groups, organizationSlug: org, applicationSlug: app, actions }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const refusal = useRefusal()
  const isFiltered = url.get('q') !== ''
  const [adding, setAdding] = useState(false)
  const isOurs = (node: RelationNode) => node.kind === 'service' && (node.application?.slug ?? app) === app
  const hrefOf = (node: RelationNode) => (isOurs(node) ? paths.service(org, app, node.name, node.environment) : undefined)
  const outside = map.nodes.filter((node) => node.kind === 'external')
  return (
    <ListPage
      title={t('nav.relations')}
      organizationSlug={org}
      applicationSlug={app}
      sub={t('relations.sub')}
      acts={
        <span className="row wide-gap">
          {map.environments.length > 1 ? (
            <Segmented
              label={t('relations.environment')}
              value={map.environment}
              onChange={(environment) => url.set({ environment })}
              options={map.environments.map((one) => ({ value: one, label: t(`environment.${one}`) }))}
            />
          ) : (
            <EnvironmentTag environment={map.environment} />
          )}
          <Button why={refusal(map.gate)} onClick={() => setAdding(true)}>
            {t('relations.addExternal')}
          </Button>
        </span>
      }
    >
      {isFiltered || map.left > 0 ? (
        <>
          <FilterBar placeholder={t('variables.filter')} />
          {map.left > 0 ? <p className="t2 mb-3">{t('relations.left', { count: map.left })}</p> : null}
        </>
      ) : null}
      {map.nodes.length === 0 && isFiltered ? (
        <FilteredOut names={{ q: t('ui.search') }} />
      ) : map.nodes.length === 0 ? (
        <Void
          kind="none-yet"
          title={t('relations.empty')}
          acts={
            <ButtonLink tone="primary" href={paths.newService(org, app)}>
              {t('services.new')}
            </ButtonLink>
          }
        >
          {t('relations.emptyHelp')}
        </Void>
      ) : (
        <>
          <RelationGraph map={map} hrefOf={hrefOf} nameIn={(node) => (isOurs(node) ? node.name : nameWithHome(node))} />
          <Section title={t('relations.table')} hint={t('relations.count', { count: map.edges.length })}>
            {map.edges.length > 0 ? (
              <RelationTable edges={map.edges} organizationSlug={org} applicationSlug={app} label={t('relations.table')} />
            ) : (
              <p className="t3">{t('relations.noEdges')}</p>
            )}
            {map.edgesLeft > 0 ? <p className="t2">{t('relations.edgesLeft', { count: map.edgesLeft })}</p> : null}
          </Section>
          <GroupsSection view={groups} organizationSlug={org} applicationSlug={app} actions={actions} />
          {outside.length > 0 ? (
            <Section title={t('relations.externals')}>
              <ExternalTable
                nodes={outside}
                edges={map.edges}
                organizationSlug={org}
                applicationSlug={app}
                gate={map.gate}
                actions={actions}
              />
            </Section>
          ) : null}
        </>
      )}
      {offers.offers.length > 0 || map.nodes.length > 0 ? (
        <OffersSection view={offers} organizationSlug={org} applicationSlug={app} environment={map.environment} actions={actions} />
      ) : null}
      {adding ? (
        <ExternalDialog
          organizationSlug={org}
          applicationSlug={app}
          environment={map.environment}
          actions={actions}
          close={() => setAdding(false)}
        />
      ) : null}
    </ListPage>
  )
}
