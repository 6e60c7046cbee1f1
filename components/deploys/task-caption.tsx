'use client'

import { useTranslations } from 'use-intl'
import { Elapsed, Lasted } from '@/components/ui/ago'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { TaskView } from '@/lib/deploys/views'

/** How long it took, takes or may take; or why not. */
export function TaskCaption({ task }: { task: TaskView }) {
  const t = useTranslations()
  const words = useTimeWords()
  if (task.state === 'running' && task.startedAt) return <Elapsed since={task.startedAt} />
  if (task.state === 'failed') return task.code ? <FailureCode code={task.code} /> : t('status.task.failed')
  if (task.state === 'skipped') return task.code === 'not_needed' ? t('deploys.board.notNeeded') : t('deploys.board.skipped')
  if (task.state === 'cancelled') return t('status.task.cancelled')
  if (task.startedAt && task.endedAt) return <Lasted from={task.startedAt} to={task.endedAt} />
  if (task.estimateMs !== null) return `~${words.runs(Math.max(1000, task.estimateMs))}`
  return task.state === 'ready' ? t('status.task.ready') : ''
}

/** The code of a failure in words; unknown ones as they are. */
export function FailureCode({ code }: { code: string }) {
  const t = useTranslations()
  const known = [
    'check_failed',
    'deadline',
    'lost',
    'target_gone',
    'disk_full',
    'port_taken',
    'hook_failed',
    'crash_loop',
    'machine_lost',
    'not_reached',
  ]
  return known.includes(code) ? t(`deploys.code.${code}` as never) : code.replaceAll('_', ' ')
}
