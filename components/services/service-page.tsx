'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { WhyChanged } from '@/components/changes/why-changed'
import { DriftSection } from '@/components/clusters/drift-section'
import { type KeepOutside, OutsideNotice } from '@/components/clusters/outside-notice'
import { DeployTable, StandsAt } from '@/components/deploys/deploy-list'
import { shownState, useDeployTitle } from '@/components/deploys/deploy-words'
import { FilesTab } from '@/components/files/files-tab'
import { fetchJson } from '@/components/frame/fetch-json'
import { useApplicationName, useFrame, useOrganizationName } from '@/components/frame/frame-context'
import { useLiveQuery } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ReadAt } from '@/components/machines/freshness'
import { OutputViewer } from '@/components/output/output-viewer'
import { type RelationActions, ServiceRelationsPanel } from '@/components/relations/service-relations'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { lookOf } from '@/components/status/looks'
import { Badge } from '@/components/status/status'
import { TerminalsTab } from '@/components/terminals/terminals-tab'
import { ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Tabs } from '@/components/ui/tabs'
import { useTab } from '@/components/ui/use-tab'
import { api, paths } from '@/lib/paths'
import { type ServiceView, ServiceViewSchema } from '@/lib/services/views'
import { AddClusterDialog } from './add-cluster-dialog'
import { ConfigurationTable } from './configuration-table'
import { ObjectsSection } from './objects-section'
import type { DeletePod } from './pod-panel'
import { PodsTable } from './pods-table'
import { OlderVariables, PromotionLine } from './promotion-line'
import { ReleaseTable } from './release-table'
import { RulesSection, type SetRules } from './rules-section'
import type { ServiceActions } from './service-acts'
import { useServiceButtons } from './service-buttons'
import type { AskedChange } from './service-dialogs'
import { useUnitCounts } from './unit-counts'
import { LastLines, UnitsTable } from './units-table'
import { WorkloadTable } from './workload-table'

interface Props {
  initial: ServiceView
  actions: ServiceActions & { relations: RelationActions; setRules: SetRules; deletePod: DeletePod; keepOutside: KeepOutside }
}

function useService(initial: ServiceView) {
  const organizationId = useFrame()?.frame.organization?.id
  const key = ['service', initial.stageId]
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      fetchJson(
        api.service(initial.organizationSlug, initial.applicationSlug, initial.name, initial.environment),
        ServiceViewSchema,
        signal,
      ),
    initialData: initial,
    staleTime: 2000,
    refetchInterval: 10_000,
  })
  useLiveQuery(organizationId ? `org:${organizationId}` : null, key, 600)
  return { service: query.data, again: () => void query.refetch() }
}

function LiveNotice({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  const live = service.live
  if (!live) return null
  const state = shownState(live)
  const [shape, tone] = lookOf('deploy', state)
  const href = paths.deploy(service.organizationSlug, live.number)
  return (
    <div className="mt-4">
      <Notice
        tone={tone}
        shape={shape}
        title={
          <Link href={href}>
            #{live.number} {titleOf(live.title)}
          </Link>
        }
        acts={
          <ButtonLink size="sm" href={href}>
            {t(live.state === 'awaiting_approval' ? 'services.lookAtPlan' : 'services.open')}
          </ButtonLink>
        }
      >
        <span className="t2">
          {t(`status.deploy.${state}`)}, <StandsAt deploy={live} />
        </span>
      </Notice>
    </div>
  )
}

function HealthBadge({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const points = service.placements.flatMap((placement) => placement.units)
  const { state, word, running } = useUnitCounts({ ...service, points, installed: service.release !== null })
  const counts = t('services.healthCounts', { health: t(`status.health.${service.health}`), running, wanted: service.wanted })
  const shown = word ?? (service.wanted > 0 ? counts : undefined)
  return <Badge noun="health" state={state} {...(shown ? { word: shown } : {})} />
}

function Environments({ service }: { service: ServiceView }) {
  if (service.environments.length < 2) return <EnvironmentTag environment={service.environment} />
  return service.environments.map((environment) => (
    <Link
      key={environment}
      className={environment === service.environment ? 'env-l on' : 'env-l'}
      href={paths.service(service.organizationSlug, service.applicationSlug, service.name, environment)}
      aria-current={environment === service.environment ? 'page' : undefined}
    >
      <EnvironmentTag environment={environment} />
    </Link>
  ))
}

const outsideIn = ({ placements }: ServiceView) =>
  placements.map(({ runtime, workload }) => ({ runtimeName: runtime.name, outside: workload?.outside ?? [] }))

interface Asks {
  ask: (change: AskedChange) => void
  addCluster: () => void
}

function useServiceTabs(service: ServiceView, actions: Props['actions'], { ask, addCluster }: Asks) {
  const t = useTranslations()
  const units = service.placements.reduce((sum, { units: own, workload }) => sum + own.length + (workload?.desired ?? 0), 0)
  const pools = service.placements.filter((placement) => placement.runtime.kind === 'pool')
  const watched = { ...service, putBack: service.gates.configure }
  const isInCluster = service.placements.some((placement) => placement.workload?.release)
  const hasUnits = pools.length > 0 || service.placements.length === 0
  const unitPart = (
    <>
      {pools.length > 0 ? <UnitsTable service={service} ask={ask} /> : null}
      <LastLines service={service} />
      <WorkloadTable service={service} onAdd={addCluster} />
      <PodsTable service={service} deletePod={actions.deletePod} />
    </>
  )
  const releases = (count: number) => (
    <ReleaseTable releases={service.releases.slice(0, count)} onRollBack={(release) => ask({ kind: 'rollback', release })} />
  )
  return [
    {
      value: 'overview',
      label: t('nav.overview'),
      panel: (
        <>
          <LiveNotice service={service} />
          <OutsideNotice of={watched} changes={outsideIn(service)} keep={service.placements[0]?.keepOutside} actions={actions} />
          <PromotionLine service={service} onPromote={() => ask({ kind: 'promote' })} />
          <OlderVariables service={service} onDeploy={() => ask({ kind: 'configure' })} />
          <Section title={t('services.units')} hint={t('services.byPlacement', { count: units })}>
            {unitPart}
          </Section>
          {isInCluster ? <DriftSection of={watched} actions={actions} /> : null}
          <ObjectsSection service={service} />
          {pools.length > 0 ? <RulesSection service={service} set={actions.setRules} /> : null}
          <div className="cols sec" data-half="">
            <Section first title={t('services.releases')} hint={t('services.releaseHint')}>
              {releases(6)}
            </Section>
            <Section first title={t('services.configuration')}>
              {service.configuration ? (
                <ConfigurationTable configuration={service.configuration} />
              ) : (
                <p className="t3">{t('services.noRelease')}</p>
              )}
            </Section>
          </div>
        </>
      ),
    },
    { value: 'units', label: t('services.units'), count: units, panel: unitPart },
    // What pods print lies in their cluster, which is asked beside them.
    ...(hasUnits ? [{ value: 'output', label: t('output.title'), panel: <OutputViewer service={service} /> }] : []),
    { value: 'terminal', label: t('terminal.title'), panel: <TerminalsTab service={service} /> },
    ...(hasUnits ? [{ value: 'files', label: t('files.title'), panel: <FilesTab service={service} /> }] : []),
    { value: 'releases', label: t('services.releases'), count: service.releaseCount, panel: releases(200) },
    {
      value: 'configuration',
      label: t('services.configuration'),
      panel: service.configuration ? (
        <ConfigurationTable configuration={service.configuration} />
      ) : (
        <p className="t3">{t('services.noRelease')}</p>
      ),
    },
    {
      value: 'relations',
      label: t('nav.relations'),
      panel: <ServiceRelationsPanel service={service} actions={actions.relations} />,
    },
    {
      value: 'deploys',
      label: t('nav.deploys'),
      panel: <DeployTable rows={service.deploys} organizationSlug={service.organizationSlug} />,
    },
    {
      value: 'changes',
      label: t('changes.title'),
      panel: (
        <WhyChanged address={api.serviceChanges(service.organizationSlug, service.applicationSlug, service.name, service.environment)} />
      ),
    },
  ]
}

export function ServicePage({ initial, actions }: Props) {
  const t = useTranslations()
  const { service, again } = useService(initial)
  const [tab, setTab] = useTab('overview')
  const buttons = useServiceButtons({ service, actions })
  const [isAdding, setAdding] = useState(false)
  const router = useRouter()
  const tabs = useServiceTabs(service, actions, { ask: buttons.ask, addCluster: () => setAdding(true) })
  const { organizationSlug: org, applicationSlug: app } = service
  const organizationName = useOrganizationName(org)
  const applicationName = useApplicationName(app)
  return (
    <ReadAt asOf={service.asOf} again={again}>
      <Page
        crumb={[
          { label: organizationName, href: paths.organization(org) },
          { label: applicationName, href: paths.application(org, app) },
          { label: t('nav.services'), href: paths.services(org, app) },
          { label: service.name },
        ]}
      >
        <PageHead
          title={service.name}
          marks={
            <>
              <HealthBadge service={service} />
              <Environments service={service} />
            </>
          }
          sub={
            <>
              {service.package.summary} {t('services.packageIs')}{' '}
              <Link className="u" href={paths.package(org, service.package.name)}>
                {service.package.name}
              </Link>{' '}
              <span className="mono">{service.release?.version}</span>
            </>
          }
          acts={buttons.head}
        />
        <Tabs value={tabs.some((one) => one.value === tab) ? tab : 'overview'} onChange={setTab} tabs={tabs} />
        {buttons.bar}
        {buttons.dialogs}
        {isAdding ? (
          <AddClusterDialog service={service} actions={actions} close={() => setAdding(false)} onAsked={(href) => router.push(href)} />
        ) : null}
      </Page>
    </ReadAt>
  )
}
