'use client'

import { useTranslations } from 'use-intl'
import { lookOf } from '@/components/status/looks'
import { Stone } from '@/components/ui/stone'
import type { TaskView } from '@/lib/deploys/views'
import { useTaskName } from './deploy-words'

interface Props {
  tasks: TaskView[]
  chosen: number | null
  choose: (task: number | null) => void
  lines: ReadonlyMap<number, number>
  total: number
}

/** The tasks of a record with how many lines each has written. */
export function TaskTree({ tasks, chosen, choose, lines, total }: Props) {
  const t = useTranslations()
  const { taskName } = useTaskName()
  return (
    <nav className="tree only-l" aria-label={t('log.byTask')}>
      <button type="button" className={chosen === null ? 't h on' : 't h'} aria-current={chosen === null} onClick={() => choose(null)}>
        <Stone shape="dot" />
        <span className="cut">{t('log.allTasks')}</span>
        <span className="e">{total}</span>
      </button>
      {tasks.map((task) => {
        const [shape, tone] = lookOf('task', task.state)
        const count = lines.get(task.index) ?? 0
        return (
          <button
            key={task.id}
            type="button"
            className={chosen === task.index ? 't on' : 't'}
            aria-current={chosen === task.index}
            onClick={() => choose(task.index)}
          >
            <Stone shape={shape} tone={tone} />
            <span className="cut">{taskName(task)}</span>
            <span className="e">{count === 0 ? '–' : count}</span>
          </button>
        )
      })}
    </nav>
  )
}
