'use client'

import { useTranslations } from 'use-intl'
import { Status } from '@/components/status/status'
import { Table } from '@/components/ui/table'
import type { DeployView } from '@/lib/deploys/views'
import { useTaskName } from './deploy-words'
import { Failure, TaskCaption } from './task-caption'

/** The board as a table: the same content for those who read, sort or cannot see it. */
export function TaskList({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const { taskName } = useTaskName()
  const names = new Map(deploy.board.tasks.map((task) => [task.index, task.index + 1]))
  return (
    <div className="scroll-x">
      <Table
        inset
        label={t('deploys.tasks')}
        rows={deploy.board.tasks}
        keyOf={(task) => task.id}
        columns={[
          { key: 'n', head: '#', cell: (task) => <span className="t3 num">{task.index + 1}</span> },
          { key: 'task', head: t('deploys.task'), cell: taskName, className: 'name' },
          { key: 'state', head: t('services.state'), cell: (task) => <Status noun="task" state={task.state} /> },
          { key: 'took', head: t('deploys.took'), cell: (task) => <TaskCaption task={task} /> },
          {
            key: 'after',
            head: t('deploys.after'),
            cell: (task) => <span className="t3 num">{task.dependsOn.map((index) => names.get(index)).join(', ') || '–'}</span>,
            wide: true,
          },
          { key: 'machine', head: t('services.machine'), cell: (task) => task.machineName ?? '–', wide: true },
          {
            key: 'message',
            head: '',
            cell: (task) => <span className="t2 brk">{task.message ? <Failure code={task.code} message={task.message} /> : null}</span>,
            wide: true,
          },
        ]}
      />
    </div>
  )
}
