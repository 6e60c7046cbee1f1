'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { StandsAt } from '@/components/deploys/deploy-list'
import { shownState, useDeployTitle } from '@/components/deploys/deploy-words'
import { useEffectWords } from '@/components/deploys/effects'
import { useFailureCode } from '@/components/deploys/task-caption'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status, StatusStone } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { ButtonLink } from '@/components/ui/button'
import { Progress } from '@/components/ui/meter'
import { RailSection, Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import type { DeployRow } from '@/lib/deploys/views'
import type { OverviewView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { ServiceMap } from './service-map'

interface Props {
  view: OverviewView
  organizationSlug: string
  /** Null: all applications. */
  applicationSlug: string | null
}

function QueueRow({
  deploy,
  org,
  detail,
  act,
  end,
}: {
  deploy: DeployRow
  org: string
  detail: ReactNode
  act: ReactNode
  end: ReactNode
}) {
  const titleOf = useDeployTitle()
  return (
    <li>
      <Status noun="deploy" state={shownState(deploy)} />
      <span className="cut">
        <Link className="b" href={paths.deploy(org, deploy.number)}>
          {titleOf(deploy.title)}
        </Link>{' '}
        <span className="t2">{detail}</span>
      </span>
      <EnvironmentTag environment={deploy.environment} />
      <span className="t2 cut">{end}</span>
      {act}
    </li>
  )
}

function Waiting({ view, organizationSlug: org }: Props) {
  const t = useTranslations()
  const effectWords = useEffectWords()
  return (
    <Section
      first
      title={t('overview.waitsForYou')}
      hint={view.waitsForYou.length}
      end={
        <Link className="link f12" href={paths.approvals(org)}>
          {t('overview.allApprovals')}
        </Link>
      }
    >
      {view.waitsForYou.length === 0 ? <p className="t3 quiet-row">{t('overview.nothingWaits')}</p> : null}
      <ul className="plain q">
        {view.waitsForYou.map((deploy) => (
          <QueueRow
            key={deploy.id}
            deploy={deploy}
            org={org}
            detail={deploy.effects ? effectWords(deploy.effects) : null}
            end={
              <>
                {deploy.requester.name}, <Ago at={deploy.createdAt} />
              </>
            }
            act={
              <ButtonLink size="sm" href={paths.deploy(org, deploy.number)}>
                {t('overview.review')}
              </ButtonLink>
            }
          />
        ))}
      </ul>
    </Section>
  )
}

function InProgress({ view, organizationSlug: org, applicationSlug: app }: Props) {
  const t = useTranslations()
  return (
    <Section
      title={t('overview.inProgress')}
      hint={view.inProgress.length}
      end={
        <Link className="link f12" href={app ? paths.applicationDeploys(org, app) : paths.deploys(org)}>
          {t('overview.allDeploys')}
        </Link>
      }
    >
      {view.inProgress.length === 0 ? <p className="t3 quiet-row">{t('overview.nothingRuns')}</p> : null}
      <ul className="plain q">
        {view.inProgress.map((deploy) => (
          <QueueRow
            key={deploy.id}
            deploy={deploy}
            org={org}
            detail={<StandsAt deploy={deploy} />}
            end={
              <>
                {deploy.requester.name}, <Ago at={deploy.createdAt} />
              </>
            }
            act={
              deploy.startedAt ? (
                <Progress
                  percent={(deploy.tasks.done / Math.max(1, deploy.tasks.total)) * 100}
                  label={t('deploys.tasksOf', deploy.tasks)}
                />
              ) : (
                <span />
              )
            }
          />
        ))}
      </ul>
    </Section>
  )
}

function Runtimes({ view }: { view: OverviewView }) {
  const t = useTranslations()
  return (
    <RailSection title={t('overview.runtimes')}>
      {view.runtimes.length === 0 ? <p className="t3">{t('overview.noRuntimes')}</p> : null}
      <ul className="plain tight">
        {view.runtimes.map((runtime) => (
          <li key={runtime.id}>
            <span className="grow cut">
              <span className="b">{runtime.name}</span>{' '}
              <span className="t3">
                {runtime.kind === 'pool' ? t('overview.pool', { count: runtime.machines }) : t('services.kind.cluster')}
              </span>
            </span>
            {runtime.faults > 0 ? (
              <Status noun="machine" state="error_detected" word={t('overview.faults', { count: runtime.faults })} />
            ) : runtime.unknownMachines > 0 ? (
              <Status noun="machine" state="unknown" word={t('services.unknownCount', { count: runtime.unknownMachines })} />
            ) : (
              <Status noun="health" state={runtime.health} />
            )}
          </li>
        ))}
      </ul>
    </RailSection>
  )
}

const lookStone = {
  unit_error: ['bad', 'red'],
  unit_held: ['held', 'amber'],
  unit_restarting: ['warn', 'red'],
  machine_unknown: ['unknown', 'none'],
  machine_fault: ['warn', 'red'],
  identity_conflict: ['warn', 'red'],
  ledger: ['held', 'amber'],
} as const

function Look({ view }: { view: OverviewView }) {
  const t = useTranslations()
  const codeWord = useFailureCode()
  if (view.look.length === 0) return null
  return (
    <RailSection title={t('overview.needsALook')}>
      <ul className="plain tight">
        {view.look.map((one) => (
          <li key={`${one.code} ${one.name}`}>
            <Stone shape={lookStone[one.code][0]} tone={lookStone[one.code][1]} size={14} />
            <span className="grow">
              {one.href ? (
                <Link className="b u" href={one.href}>
                  {one.name}
                </Link>
              ) : (
                <span className="b">{one.name}</span>
              )}{' '}
              <span className="t2">
                {t(`overview.look.${one.code}`, {
                  count: 0,
                  units: 0,
                  what: '',
                  ...one.values,
                  code: codeWord(String(one.values.code ?? '')),
                })}
              </span>
            </span>
            {one.since ? <Ago at={one.since} className="t3 f12 nowrap" /> : null}
          </li>
        ))}
      </ul>
    </RailSection>
  )
}

function Latest({ view, org }: { view: OverviewView; org: string }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  return (
    <RailSection title={t('overview.latest')}>
      {view.latest.length === 0 ? <p className="t3">{t('deploys.none')}</p> : null}
      <ul className="plain tight">
        {view.latest.map((deploy) => (
          <li key={deploy.id}>
            <StatusStone noun="deploy" state={deploy.state} />
            <Link className="grow cut" href={paths.deploy(org, deploy.number)}>
              {titleOf(deploy.title)}
            </Link>
            <Ago at={deploy.at} className="t3 f12 nowrap" />
          </li>
        ))}
      </ul>
    </RailSection>
  )
}

/** What waits for the reader, what runs, what stands where; the answer first. */
export function Overview(props: Props) {
  const { view, organizationSlug } = props
  return (
    <div className="cols">
      <div>
        <Waiting {...props} />
        <InProgress {...props} />
        <ReadAt asOf={view.asOf}>
          <ServiceMap view={view} />
        </ReadAt>
      </div>
      <aside className="rail">
        <Runtimes view={view} />
        <Look view={view} />
        <Latest view={view} org={organizationSlug} />
        <Quota view={view} />
      </aside>
    </div>
  )
}

function Quota({ view }: { view: OverviewView }) {
  const t = useTranslations()
  const limited = view.quota.filter((one) => one.cpuLimitMillis !== null || one.memoryLimitMib !== null)
  return limited.map((one) => (
    <RailSection key={one.name} title={t('overview.quota', { name: one.name })}>
      <div className="stack">
        {one.cpuLimitMillis === null ? null : (
          <>
            <div className="row between">
              <span className="t2">CPU</span>
              <span className="t3 num">{t('machines.ofCores', { part: one.cpuMillis / 1000, whole: one.cpuLimitMillis / 1000 })}</span>
            </div>
            <Progress tone="flat" percent={(one.cpuMillis / one.cpuLimitMillis) * 100} label="CPU" />
          </>
        )}
        {one.memoryLimitMib === null ? null : (
          <>
            <div className="row between">
              <span className="t2">{t('machines.memory')}</span>
              <span className="t3 num">
                {t('machines.ofSize', {
                  part: `${Math.round(one.memoryMib / 1024)}`,
                  whole: `${Math.round(one.memoryLimitMib / 1024)} GiB`,
                })}
              </span>
            </div>
            <Progress tone="flat" percent={(one.memoryMib / one.memoryLimitMib) * 100} label={t('machines.memory')} />
          </>
        )}
      </div>
    </RailSection>
  ))
}
