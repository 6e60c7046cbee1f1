'use client'

import { useLocale, useTranslations } from 'use-intl'
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
  const from = task.startedAt ?? task.readyAt
  if (task.endedAt) return from ? <Lasted from={from} to={task.endedAt} /> : ''
  if (task.estimateMs !== null) return `~${words.runs(Math.max(1000, task.estimateMs))}`
  return task.state === 'ready' ? t('status.task.ready') : ''
}

/** The code of a failure in words; unknown ones as they are. */
export function useFailureCode() {
  const t = useTranslations()
  return (code: string): string => {
    const key = `deploys.code.${code}` as never
    return t.has(key) ? t(key) : code.replaceAll('_', ' ')
  }
}

/** What went wrong. Machines say it in English; in another language their code comes first, in its words. */
export function Failure({ code, message }: { code: string | null; message: string | null }) {
  const wordOf = useFailureCode()
  const isTheirs = useLocale() === 'en'
  if (!message) return code ? wordOf(code) : null
  return isTheirs || !code ? message : `${wordOf(code)}: ${message}`
}

export const FailureCode = ({ code }: { code: string }) => useFailureCode()(code)
