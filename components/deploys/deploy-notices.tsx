'use client'

import { useTranslations } from 'use-intl'
import { usePolicyWords } from '@/components/policies/policy-words'
import { Notice } from '@/components/ui/notice'
import type { DeployView } from '@/lib/deploys/views'
import { ScheduledFor } from './deploy-list'
import { useTaskName } from './deploy-words'
import { PlanChangeNotice } from './plan-change'
import { Failure } from './task-caption'

/** At most one: the most important thing about this record that is not its state. */
export function DeployNotice({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const { taskName } = useTaskName()
  const { exact } = usePolicyWords()
  const failed = deploy.board.tasks.find((task) => task.state === 'failed')
  // A record that succeeded left nothing behind: what is held now, a later one held.
  const held = deploy.state === 'failed' || deploy.state === 'cancelled' ? deploy.now.filter((unit) => unit.held) : []
  if (deploy.state === 'failed' && failed) {
    return (
      <Notice tone="red" title={t('deploys.notice.taskFailed', { task: taskName(failed) })}>
        <Failure code={failed.code} message={failed.message} />
        {held.length > 0 ? (
          <span className="t2 below">
            {t('deploys.notice.held', { count: held.length, units: held.map((unit) => unit.name).join(', ') })}
          </span>
        ) : null}
      </Notice>
    )
  }
  if (deploy.outcomeUnknown)
    return (
      <Notice tone="amber" shape="unknown" title={t('deploys.notice.unknown')}>
        {t('deploys.notice.unknownHelp')}
      </Notice>
    )
  if (deploy.deferred > 0) return <Notice tone="none" shape="clock" title={t('deploys.notice.deferred', { count: deploy.deferred })} />
  if (deploy.state === 'failed')
    return <Notice tone="red" title={deploy.expired ? t('deploys.notice.expired') : (deploy.message ?? t('status.deploy.failed'))} />
  if (held.length > 0)
    return (
      <Notice
        tone="amber"
        shape="held"
        title={t('deploys.notice.held', { count: held.length, units: held.map((unit) => unit.name).join(', ') })}
      />
    )
  if (deploy.planChange)
    return <PlanChangeNotice change={deploy.planChange} voided={deploy.decisions.filter((one) => one.standing === 'void')} />
  if (deploy.opensAt)
    return (
      <Notice tone="none" shape="clock" title={t('policies.waitsTitle', { at: exact(deploy.opensAt) })}>
        {t('policies.waitsHelp')}
      </Notice>
    )
  if (deploy.scheduled)
    return (
      <Notice tone="none" shape="clock" title={<ScheduledFor deploy={deploy} isTitle />}>
        {t('deploys.notice.scheduled')}
      </Notice>
    )
  if (deploy.state === 'cancelled' && deploy.code === 'nothing_to_do')
    return <Notice tone="none" shape="slash" title={t('errors.nothing_to_do')} />
  if (deploy.state === 'cancelled' && deploy.code === 'machine_returned')
    return <Notice tone="none" shape="slash" title={t('deploys.notice.returned')} />
  if (deploy.state === 'rejected') {
    const no = deploy.decisions.find((one) => one.decision === 'reject')
    return (
      <Notice tone="none" shape="slash" title={t('deploys.notice.rejected', { name: no?.person?.name ?? '' })}>
        {no?.reason ? `“${no.reason}”` : null}
      </Notice>
    )
  }
  return null
}
