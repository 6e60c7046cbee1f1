'use client'

import { useTranslations } from 'use-intl'
import { Cause } from '@/components/deploys/cause'
import type { DeployActions } from '@/components/deploys/deploy-acts'
import { useDeployButtons } from '@/components/deploys/deploy-buttons'
import { DeployFacts } from '@/components/deploys/deploy-facts'
import { DeployNotice } from '@/components/deploys/deploy-notices'
import { DeployRail } from '@/components/deploys/deploy-rail'
import { shownState, useDeployTitle } from '@/components/deploys/deploy-words'
import { useDeploy } from '@/components/deploys/use-deploy-page'
import { useApplicationName, useOrganizationName } from '@/components/frame/frame-context'
import { type Crumb, Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Badge } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import type { DeployView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { CommandMatrix } from './command-matrix'
import { CommandText, useSpread } from './command-words'
import { useCommandStand } from './use-command'

interface Props {
  initial: DeployView
  actions: DeployActions
}

function useCrumb({ organizationSlug: org, applicationSlug: app, number }: DeployView): Crumb[] {
  const t = useTranslations()
  const organizationName = useOrganizationName(org ?? '')
  const applicationName = useApplicationName(app)
  if (org === null) return [{ label: t('nav.platform') }, { label: t('nav.deploys'), href: paths.platformDeploys }, { label: `#${number}` }]
  return [
    { label: organizationName, href: paths.organization(org) },
    { label: applicationName, href: paths.application(org, app) },
    { label: t('nav.deploys'), href: paths.applicationDeploys(org, app) },
    { label: `#${number}` },
  ]
}

/** How many of its targets it succeeded on, counted, where some failed. */
function Ended({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const { data: stand } = useCommandStand(deploy)
  if (deploy.code !== 'targets_failed' || !stand) return <DeployNotice deploy={deploy} />
  const all = Object.values(stand.counts).reduce((sum, count) => sum + count, 0)
  return <Notice tone="red" title={t('commands.succeededOn', { good: stand.counts.succeeded ?? 0, all })} />
}

/** The record of a command: what was run where, by whom, and what came of it. */
export function CommandRecordPage({ initial, actions }: Props) {
  const t = useTranslations()
  const { deploy, again } = useDeploy(initial)
  const titleOf = useDeployTitle()
  const spread = useSpread()
  const buttons = useDeployButtons({ deploy, actions })
  const crumb = useCrumb(deploy)
  const { command, agent } = deploy.summary ?? {}
  return (
    <ReadAt asOf={deploy.asOf} again={again}>
      <Page crumb={crumb}>
        <PageHead
          title={titleOf(deploy.title)}
          marks={
            <>
              <Badge noun="deploy" state={shownState(deploy)} testId="deploy-state" />
              <EnvironmentTag environment={deploy.environment} />
            </>
          }
          sub={
            <>
              <span className="b">{deploy.requester.name}</span> {t('deploys.asked')} <Ago at={deploy.createdAt} as="ago" />
              {deploy.reason ? `: “${deploy.reason}”` : null}
              <Cause cause={deploy.cause} />
            </>
          }
          acts={buttons.head}
        />
        <DeployFacts deploy={deploy} />
        <div className="cols mt-5">
          <div className="first">
            <Ended deploy={deploy} />
            {command ? (
              <Section first title={t('commands.what')} hint={spread(command)}>
                <CommandText command={command} />
              </Section>
            ) : null}
            {agent ? (
              <Section
                first
                title={t('agents.updateTo', { version: agent.version })}
                hint={t('agents.waves', { waves: agent.waves.join(' → ') })}
              >
                <p className="t2">{t('agents.effects')}</p>
              </Section>
            ) : null}
          </div>
          <DeployRail deploy={deploy} comment={actions.comment} />
        </div>
        <CommandMatrix deploy={deploy} />
        {buttons.bar}
        {buttons.dialogs}
      </Page>
    </ReadAt>
  )
}
