'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useApplicationName, useOrganizationName } from '@/components/frame/frame-context'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Badge } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Progress } from '@/components/ui/meter'
import { Section } from '@/components/ui/section'
import type { DeployView, TaskStateName } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { Board } from './board'
import { Cause } from './cause'
import { ClustersNow } from './clusters-now'
import type { DeployActions } from './deploy-acts'
import { useDeployButtons } from './deploy-buttons'
import { DeployFacts } from './deploy-facts'
import { DeployNotice } from './deploy-notices'
import { DeployRail } from './deploy-rail'
import { DeployTabs } from './deploy-tabs'
import { isEnded, isUnstarted, shownState, useDeployTitle } from './deploy-words'
import { GroupParts } from './group-parts'
import { LiveDiff } from './live-diff'
import { PlanSummarySection } from './plan-summary'
import { UnitsNow } from './units-now'
import { useDeploy } from './use-deploy-page'

interface Props {
  initial: DeployView
  actions: DeployActions
}

function useBadgeWord(deploy: DeployView) {
  const t = useTranslations()
  if (deploy.state === 'queued' && deploy.waitsFor) return t('deploys.waitsFor', { number: deploy.waitsFor.number })
  if (deploy.outcomeUnknown) return t('deploys.cancelledUnknown')
  if (deploy.state === 'succeeded' && deploy.deferred > 0) return t('deploys.succeededDeferred', { count: deploy.deferred })
  return undefined
}

function BoardSection({ deploy, onOpenTask }: { deploy: DeployView; onOpenTask: () => void }) {
  const t = useTranslations()
  const { done, total } = deploy.tasks
  if (deploy.board.tasks.length === 0) return null
  const count = (...states: TaskStateName[]) => deploy.board.tasks.filter((task) => states.includes(task.state)).length
  const ended = t('deploys.board.ended', { done: count('succeeded'), failed: count('failed'), not: count('skipped', 'cancelled') })
  const stands = isEnded(deploy) ? ended : t('deploys.board.done', { done, total })
  return (
    <Section
      title={t('deploys.board.title')}
      hint={deploy.startedAt ? stands : t('deploys.board.notStarted')}
      end={
        deploy.startedAt && !isEnded(deploy) ? (
          <Progress percent={(done / Math.max(1, total)) * 100} width={160} label={t('deploys.board.done', { done, total })} />
        ) : null
      }
    >
      <Board deploy={deploy} onOpenTask={onOpenTask} />
    </Section>
  )
}

export function DeployPage({ initial, actions }: Props) {
  const t = useTranslations()
  const { deploy, again } = useDeploy(initial)
  const titleOf = useDeployTitle()
  const buttons = useDeployButtons({ deploy, actions })
  const [tab, setTab] = useState('')
  const word = useBadgeWord(deploy)
  const org = deploy.organizationSlug ?? ''
  const organizationName = useOrganizationName(org)
  const applicationName = useApplicationName(deploy.applicationSlug)
  const unstarted = isUnstarted(deploy)
  const running = !unstarted && !isEnded(deploy)
  return (
    <ReadAt asOf={deploy.asOf} again={again}>
      <Page
        crumb={[
          { label: organizationName, href: paths.organization(org) },
          { label: applicationName, href: paths.application(org, deploy.applicationSlug) },
          { label: t('nav.deploys'), href: paths.applicationDeploys(org, deploy.applicationSlug) },
          { label: `#${deploy.number}` },
        ]}
      >
        <PageHead
          title={titleOf(deploy.title)}
          marks={
            <>
              <Badge noun="deploy" state={shownState(deploy)} {...(word ? { word } : {})} testId="deploy-state" />
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
        {running ? (
          <>
            <div className="mt-5">
              <DeployNotice deploy={deploy} />
            </div>
            <BoardSection deploy={deploy} onOpenTask={() => setTab('log')} />
            <DeployTabs deploy={deploy} tab={tab} onTab={setTab} />
            <div className="cols sec">
              <div>
                <GroupParts deploy={deploy} />
                {deploy.now.length > 0 ? <UnitsNow deploy={deploy} /> : null}
                <ClustersNow deploy={deploy} />
                {deploy.summary ? <PlanSummarySection summary={deploy.summary} /> : null}
              </div>
              <DeployRail deploy={deploy} comment={actions.comment} />
            </div>
          </>
        ) : (
          <>
            <div className="cols mt-5">
              <div className="first">
                <DeployNotice deploy={deploy} />
                {unstarted ? null : <GroupParts deploy={deploy} />}
                {isEnded(deploy) && deploy.startedAt && deploy.now.length > 0 ? <UnitsNow deploy={deploy} /> : null}
                {isEnded(deploy) && deploy.startedAt ? <ClustersNow deploy={deploy} /> : null}
                {deploy.summary && (unstarted || !deploy.startedAt) ? <PlanSummarySection summary={deploy.summary} /> : null}
                <LiveDiff deploy={deploy} />
                {unstarted ? <GroupParts deploy={deploy} /> : null}
              </div>
              <DeployRail deploy={deploy} comment={actions.comment} />
            </div>
            {unstarted ? <DeployTabs deploy={deploy} tab={tab} onTab={setTab} /> : null}
            <BoardSection deploy={deploy} onOpenTask={() => setTab('log')} />
            {unstarted ? null : <DeployTabs deploy={deploy} tab={tab} onTab={setTab} />}
          </>
        )}
        {buttons.bar}
        {buttons.dialogs}
      </Page>
    </ReadAt>
  )
}
