'use client'

import { useTranslations } from 'use-intl'
import type { StatusOf } from '@/components/status/looks'
import type { DeployRow, DeployTitleView, TaskView } from '@/lib/deploys/views'

/** "Upgrade greeter to 1.5.0", in the reader's language. */
export function useDeployTitle() {
  const t = useTranslations()
  return (title: DeployTitleView): string =>
    t(`deploys.title.${title.kind}`, {
      name: title.serviceName,
      version: title.to?.version ?? '',
      release: title.to ? `r${title.to.number}` : '',
      from: title.fromCount ?? 0,
      to: title.toCount ?? 0,
    })
}

/** What a task does, with its unit or machine: "Check greeter/0", "Fetch · live-01". */
export function useTaskName() {
  const t = useTranslations()
  const has = new Set([
    ...['fetch', 'switch', 'check', 'record', 'remove', 'stop', 'start', 'restart', 'verify', 'reload', 'confirm', 'wait'],
    ...['relate', 'withdraw', 'copy_out', 'copy_in', 'roll_out'],
  ])
  const verbWord = (verb: string) => (has.has(verb) ? t(`deploys.verb.${verb}` as never) : verb.replaceAll('_', ' '))
  return {
    verbWord,
    taskName: (task: Pick<TaskView, 'verb' | 'unitName'> & { machineName?: string | null }) => {
      const verb = verbWord(task.verb)
      if (task.unitName && task.verb !== 'fetch') return `${verb} ${task.unitName}`
      if (task.machineName) return `${verb} · ${task.machineName}`
      return verb
    },
  }
}

/** The state to show: some words are derived, not stored. */
export function shownState(deploy: Pick<DeployRow, 'state' | 'waitingAtGate' | 'expired'> & { code?: string | null }): StatusOf<'deploy'> {
  if (deploy.waitingAtGate) return 'waiting_at_gate'
  if (deploy.expired) return 'expired'
  if (deploy.state === 'failed' && deploy.code === 'all_deferred') return 'deferred'
  return deploy.state
}

export const isEnded = (deploy: Pick<DeployRow, 'endedAt'>) => deploy.endedAt !== null
export const isUnstarted = (deploy: Pick<DeployRow, 'state'>) => ['planning', 'awaiting_approval', 'queued'].includes(deploy.state)
