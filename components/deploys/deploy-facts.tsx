'use client'

import { useTranslations } from 'use-intl'
import { Ago, Elapsed, Exact, Lasted, Until } from '@/components/ui/ago'
import { Facts } from '@/components/ui/facts'
import { HashMark } from '@/components/ui/hash-mark'
import { Icon } from '@/components/ui/icon'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { ReleaseRef } from '@/lib/deploys/release-views'
import type { DeployView } from '@/lib/deploys/views'
import { isEnded, isUnstarted } from './deploy-words'
import { useZone } from './when-field'

const Release = ({ release, strong }: { release: ReleaseRef; strong?: boolean }) => (
  <>
    <span className="mono">r{release.number}</span>
    <span className={strong ? 'b' : 't3'}>{release.version}</span>
  </>
)

function Times({ deploy }: { deploy: DeployView }) {
  const words = useTimeWords()
  const t = useTranslations()
  const estimate = deploy.summary?.estimateMs
  if (!deploy.startedAt) return null
  return deploy.endedAt ? (
    <Lasted from={deploy.startedAt} to={deploy.endedAt} />
  ) : (
    <>
      <Elapsed since={deploy.startedAt} />
      {estimate ? <span className="t3">{t('deploys.facts.ofAbout', { time: words.runs(estimate) })}</span> : null}
    </>
  )
}

/** Which record, which release to which, where, since when, by which plan. */
export function DeployFacts({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const { from, to } = deploy.title
  const given = deploy.decisions.find((one) => one.standing === 'counts' && one.decision !== 'reject')
  const unstarted = isUnstarted(deploy)
  const zone = useZone(deploy.notBefore ?? undefined)
  return (
    <Facts
      facts={[
        [
          t('deploys.facts.deploy'),
          <span key="n" className="mono">
            #{deploy.number}
          </span>,
        ],
        from || to
          ? [
              t('deploys.facts.release'),
              <span key="r" className="row">
                {from ? <Release release={from} /> : null}
                {from && to && from.id !== to.id ? <Icon name="arrow" size={12} /> : null}
                {to && to.id !== from?.id ? <Release release={to} strong /> : null}
              </span>,
            ]
          : null,
        [
          t('deploys.facts.where'),
          <span key="w">
            {t(deploy.organizationSlug === null ? 'deploys.facts.machinesIn' : 'deploys.facts.unitsIn', {
              count: deploy.units,
              runtimes: deploy.runtimes.join(', '),
            })}
          </span>,
        ],
        unstarted
          ? [t('deploys.facts.age'), <Ago key="a" at={deploy.createdAt} />]
          : deploy.endedAt
            ? [t('deploys.facts.ended'), <Exact key="e" at={deploy.endedAt} />]
            : deploy.startedAt
              ? [t('deploys.facts.started'), <Exact key="s" at={deploy.startedAt} />]
              : null,
        unstarted && deploy.deadlineAt
          ? [
              t('deploys.facts.expires'),
              <span key="x">{t.rich('deploys.facts.in', { time: () => <Until at={deploy.deadlineAt ?? ''} /> })}</span>,
            ]
          : deploy.startedAt
            ? [t(isEnded(deploy) ? 'deploys.facts.took' : 'deploys.facts.runningFor'), <Times key="t" deploy={deploy} />]
            : null,
        deploy.notBefore && unstarted
          ? [
              t('deploys.facts.notBefore'),
              <span key="b">
                <Exact at={deploy.notBefore} date /> <span className="t3">{zone}</span>
              </span>,
            ]
          : null,
        deploy.planHash
          ? [
              t(unstarted ? 'deploys.facts.plan' : isEnded(deploy) ? 'deploys.facts.ranPlan' : 'deploys.facts.runsPlan'),
              <span key="p" className="row">
                <HashMark hash={deploy.planHash} />
                {given && !unstarted ? (
                  <span className="t3 only-l cut">{t('deploys.facts.approvedBy', { name: given.person?.name ?? given.policy ?? '' })}</span>
                ) : null}
              </span>,
            ]
          : null,
      ]}
    />
  )
}
