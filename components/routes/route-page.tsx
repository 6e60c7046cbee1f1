'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { WhyChanged } from '@/components/changes/why-changed'
import { DriftSection } from '@/components/clusters/drift-section'
import { OutsideNotice } from '@/components/clusters/outside-notice'
import { DeployTable } from '@/components/deploys/deploy-list'
import { useDeployTitle } from '@/components/deploys/deploy-words'
import { ListPage } from '@/components/frame/list-page'
import { ActBar } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { lookOf } from '@/components/status/looks'
import { Button, ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { api, paths } from '@/lib/paths'
import type { RouteView } from '@/lib/routes/views'
import { CertificateSection } from './certificate-section'
import { PlacesTable } from './places-table'
import type { RouteActions } from './route-acts'
import { type AskedOfRoute, RouteDialog } from './route-dialog'
import { RoutePromotionLine } from './route-promotion'
import { Leads, RouteBadge, useAnswer } from './route-words'
import { useAskedOfRoute } from './use-asked-of-route'
import { VersionsTable } from './versions-table'

interface Props {
  route: RouteView
  actions: RouteActions
}

function LiveNotice({ route }: Pick<Props, 'route'>) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  const { live } = route
  if (!live) return null
  const [shape, tone] = lookOf('deploy', live.state)
  const href = paths.deploy(route.organizationSlug, live.number)
  return (
    <Notice
      tone={tone}
      shape={shape}
      title={<Link href={href}>{`#${live.number} ${titleOf(live.title)}`}</Link>}
      acts={
        <ButtonLink size="sm" href={href}>
          {t(live.state === 'awaiting_approval' ? 'services.lookAtPlan' : 'services.open')}
        </ButtonLink>
      }
    >
      <span className="t2">{t(`status.deploy.${live.state}`)}</span>
    </Notice>
  )
}

/** What keeps it from answering, and what came of the last change. */
function Troubles({ route }: Pick<Props, 'route'>) {
  const t = useTranslations()
  const answer = useAnswer()(route)
  const troubles = route.places.filter((place) => place.trouble)
  return (
    <>
      {route.state === 'fails' && answer ? (
        <Notice tone="red" role="status" title={t('routes.fails')}>
          {answer}
        </Notice>
      ) : null}
      {route.state === 'coming' && answer ? <Notice tone="blue" role="status" title={answer} /> : null}
      {troubles.map((place) => (
        <Notice key={place.placementId} tone="red" role="status" title={t('routes.troubleIn', { cluster: place.cluster })}>
          {place.trouble}
        </Notice>
      ))}
    </>
  )
}

function Environments({ route }: Pick<Props, 'route'>) {
  if (route.environments.length < 2) return <EnvironmentTag environment={route.environment} />
  return route.environments.map((environment) => (
    <Link
      key={environment}
      className={environment === route.environment ? 'env-l on' : 'env-l'}
      href={paths.route(route.organizationSlug, route.applicationSlug, route.host, environment)}
      aria-current={environment === route.environment ? 'page' : undefined}
    >
      <EnvironmentTag environment={environment} />
    </Link>
  ))
}

function useButtons({ route, actions }: Props, ask: (asked: AskedOfRoute) => void) {
  const t = useTranslations()
  const refusal = useRefusal()
  const { busy, error, run } = useAct()
  const { organizationSlug: organization, applicationSlug: application, environment, host } = route
  const check = () => run(() => actions.check({ organization, application, environment, host }))
  const acts = (
    <>
      <Button icon="restart" busy={busy} why={refusal(route.gates.check)} onClick={() => void check()}>
        {t('routes.check')}
      </Button>
      <Button tone="danger" why={refusal(route.gates.remove)} onClick={() => ask({ kind: 'remove' })}>
        {t('routes.remove')}
      </Button>
      <Button tone="primary" why={refusal(route.gates.change)} onClick={() => ask({ kind: 'change' })}>
        {t('routes.change')}
      </Button>
    </>
  )
  return { acts, error }
}

/** A route in one environment: where it leads, whether it answers, its certificate, its versions and its deploys. */
export function RoutePage({ route, actions }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const { asked, ask, close } = useAskedOfRoute(route)
  const router = useRouter()
  const { acts, error } = useButtons({ route, actions }, ask)
  const { organizationSlug: org, applicationSlug: app } = route
  const watched = { ...route, name: route.host, putBack: route.gates.change }
  const changes = route.places.map(({ cluster, outside }) => ({ runtimeName: cluster, outside }))
  const putBack = { preview: actions.previewChange, request: actions.requestChange, keepOutside: actions.keepOutside }
  // Ways in on machines keep nothing that anybody could change beside them.
  const isInCluster = route.places.some((place) => place.heardAt !== null && place.version !== null)
  return (
    <ListPage
      title={route.host}
      organizationSlug={org}
      applicationSlug={app}
      above={{ label: t('routes.title'), href: paths.routes(org, app) }}
      marks={
        <>
          <RouteBadge route={route} />
          <Environments route={route} />
        </>
      }
      sub={
        route.url ? (
          <a className="link mono" href={route.url} target="_blank" rel="noreferrer">
            {route.url}
          </a>
        ) : null
      }
      acts={<span className="only-l row">{acts}</span>}
    >
      <ReadAt asOf={route.asOf}>
        <div className="stack">
          {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
          <LiveNotice route={route} />
          <Troubles route={route} />
          <OutsideNotice of={watched} changes={changes} keep={route.gates.keepOutside} actions={putBack} />
          {route.promotion ? <RoutePromotionLine promotion={route.promotion} onPromote={() => ask({ kind: 'promote' })} /> : null}
        </div>
        <Section
          title={t('routes.leads')}
          hint={route.version === null ? t('routes.notYet') : t('routes.version', { number: route.version })}
        >
          <Leads rules={route.rules} />
        </Section>
        <Section title={t('routes.clusters')} hint={t('routes.checkedHint')}>
          <PlacesTable places={route.places} />
        </Section>
        {isInCluster ? <DriftSection of={watched} actions={putBack} /> : null}
        <CertificateSection tls={route.tls} />
        <Section title={t('routes.versions')} hint={t('routes.versionsHint')}>
          <VersionsTable versions={route.versions} onRollBack={(version) => ask({ kind: 'rollback', version })} />
        </Section>
        <Section title={t('nav.deploys')}>
          <DeployTable rows={route.deploys} organizationSlug={org} />
        </Section>
        <Section title={t('changes.title')}>
          <WhyChanged address={api.routeChanges(org, app, route.host, route.environment)} />
        </Section>
      </ReadAt>
      <ActBar>{acts}</ActBar>
      {asked ? (
        // The address that asks is over: back leads to the page before the dialog.
        <RouteDialog route={route} actions={actions} asked={asked} close={close} onAsked={(href) => router.replace(href)} />
      ) : null}
    </ListPage>
  )
}
