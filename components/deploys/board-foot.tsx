'use client'

import { useTranslations } from 'use-intl'
import { Silence } from '@/components/machines/freshness'
import { Ago, Until } from '@/components/ui/ago'
import { Stone } from '@/components/ui/stone'
import type { DeployView, TaskView } from '@/lib/deploys/views'
import { useTaskName } from './deploy-words'
import { Failure } from './task-caption'

type Part = Pick<DeployView, 'board' | 'title' | 'state' | 'startedAt'>

function LiveTask({ task, heardAt }: { task: TaskView; heardAt: string | null }) {
  const t = useTranslations()
  const { taskName } = useTaskName()
  return (
    <div className="board-f">
      <Stone shape="turning" tone="blue" />
      <span className="b text-text">{taskName(task)}</span>
      {task.step ? (
        <span>
          {task.step.attempt && task.step.of
            ? t('deploys.board.tryOf', { step: task.step.name, attempt: task.step.attempt, of: task.step.of })
            : task.step.name}
        </span>
      ) : null}
      {task.attempt > 1 ? <span>{t('deploys.board.attempt', { attempt: task.attempt, of: task.maxAttempts })}</span> : null}
      {task.machineName && heardAt ? (
        <span>
          {t('deploys.board.heard', { machine: task.machineName })} <Ago at={heardAt} as="ago" />
        </span>
      ) : null}
      {task.deadlineAt ? (
        <span>
          {t('deploys.board.deadline')} <Until at={task.deadlineAt} />
        </span>
      ) : null}
    </div>
  )
}

/** Names the live step, its deadline, and whoever is silent: shown, not hidden. */
export function BoardFoot({ deploy, top }: { deploy: Part; top?: boolean }) {
  const t = useTranslations()
  const running = deploy.board.tasks.filter((task) => task.state === 'running').slice(0, 3)
  const failed = deploy.board.tasks.filter((task) => task.state === 'failed').slice(0, 2)
  const heardAt = (machine: string | null) => deploy.board.rows.find((row) => row.machineName === machine)?.heardAt ?? null
  const machines = [...new Map(deploy.board.rows.filter((row) => row.machineName).map((row) => [row.machineName, row])).values()]
  return (
    <div className={top ? 'board-fs top' : 'board-fs'}>
      {running.map((task) => (
        <LiveTask key={task.id} task={task} heardAt={heardAt(task.machineName)} />
      ))}
      {failed.map((task) => (
        <FailedTask key={task.id} task={task} />
      ))}
      {deploy.state === 'running' || deploy.state === 'cancelling'
        ? machines.map((row) => <SilentMachine key={row.machineName} name={row.machineName ?? ''} heardAt={row.heardAt} />)
        : null}
      {!deploy.startedAt && deploy.board.tasks.some((task) => task.estimateMs !== null) ? (
        <div className="board-f">
          <Stone shape="clock" />
          {t('deploys.board.estimates', { name: deploy.title.serviceName })}
        </div>
      ) : null}
    </div>
  )
}

function FailedTask({ task }: { task: TaskView }) {
  const { taskName } = useTaskName()
  return (
    <div className="board-f">
      <Stone shape="bad" tone="red" />
      <span className="b text-text">{taskName(task)}</span>
      {task.message ? (
        <span>
          <Failure code={task.code} message={task.message} />
        </span>
      ) : null}
    </div>
  )
}

const SilentMachine = ({ name, heardAt }: { name: string; heardAt: string | null }) =>
  heardAt ? (
    <Silence heardAt={heardAt}>
      {(sentence) => (
        <div className="board-f">
          <Stone shape="unknown" />
          <span className="b text-text">
            {name}: {sentence}
          </span>
        </div>
      )}
    </Silence>
  ) : null
