'use client'

import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import { lookOf } from '@/components/status/looks'
import { Stone } from '@/components/ui/stone'
import type { DeployView, TaskView } from '@/lib/deploys/views'
import { BoardFoot } from './board-foot'
import type { BoardLayout } from './board-layout'
import { useTaskName } from './deploy-words'
import { TaskCaption } from './task-caption'

interface Props {
  deploy: Pick<DeployView, 'board' | 'title' | 'state' | 'startedAt'>
  layout: BoardLayout
}

const rowClass = (task: TaskView) =>
  `tk ${task.state === 'running' ? 'live' : task.state === 'failed' ? 'bad' : task.state === 'succeeded' ? '' : 'idle'}`

/** The board turned for a phone: layers run down, stones on one line, durations right. */
export function NarrowBoard({ deploy, layout }: Props) {
  const t = useTranslations()
  const { taskName, verbWord } = useTaskName()
  return (
    <div className="board turned only-s">
      <BoardFoot deploy={deploy} top />
      <div className="line-b">
        {layout.layers.map((layer) => (
          <Fragment key={layer.layer}>
            <div className="ly">
              {t('deploys.board.layer', { number: layer.layer + 1 })}
              {layer.verb ? ` · ${verbWord(layer.verb)}` : ''}
            </div>
            {layout.points
              .filter((point) => point.layer === layer.layer)
              .flatMap((point) => point.tasks)
              .map((task) => {
                const [shape, tone] = lookOf('task', task.state)
                return (
                  <div key={task.id} className={rowClass(task)}>
                    <span className="s">
                      <Stone shape={shape} tone={tone} />
                    </span>
                    <span className="cut">{taskName(task)}</span>
                    <span className="e">
                      <TaskCaption task={task} />
                    </span>
                  </div>
                )
              })}
          </Fragment>
        ))}
      </div>
    </div>
  )
}
