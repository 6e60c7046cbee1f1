'use client'

import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Freshness } from '@/components/machines/freshness'
import { lookOf } from '@/components/status/looks'
import { Icon } from '@/components/ui/icon'
import { Stone } from '@/components/ui/stone'
import type { DeployView } from '@/lib/deploys/views'
import { BoardFoot } from './board-foot'
import { type BoardLayout, type Edge, type Line, layOut, type Point } from './board-layout'
import { NarrowBoard } from './board-narrow'
import { useTaskName } from './deploy-words'
import { TaskCaption } from './task-caption'

/** Above this many layers the field scrolls sideways under fixed labels. */
const manyLayers = 12
const layerWidth = 92

interface Props {
  deploy: Pick<DeployView, 'board' | 'title' | 'asOf' | 'state' | 'startedAt'>
  onOpenTask?: (index: number) => void
}

const path = ({ from, to }: Edge) => `M${from[0] * 100 + 50} ${from[1] * 100 + 35}H${to[0] * 100 + 50}V${to[1] * 100 + 35}`

function LineLabel({ line, serviceName, onToggle }: { line: Line; serviceName: string; onToggle: (runtime: string) => void }) {
  const t = useTranslations()
  if (line.group) {
    const { runtimeName, units, open } = line.group
    return (
      <button type="button" className="lab-b" aria-expanded={open} onClick={() => onToggle(runtimeName)}>
        <span className="b cut row">
          <Icon name={open ? 'chevron-down' : 'chevron-right'} size={12} />
          {runtimeName}
        </span>
        <small>{t('deploys.board.units', { count: units })}</small>
      </button>
    )
  }
  if (!line.row?.unitName) {
    return (
      <div>
        <span className="b cut">{serviceName}</span>
        <small>{t('deploys.board.service')}</small>
      </div>
    )
  }
  return (
    <div>
      <span className="b cut">{line.row.unitName}</span>
      <small className="cut">
        <Freshness heardAt={line.row.heardAt} name={line.row.machineName ?? ''}>
          {line.row.port === null ? '' : ` :${line.row.port}`}
        </Freshness>
      </small>
    </div>
  )
}

const pointClass = (point: Point) =>
  point.state === 'running' ? 'pt live' : point.state === 'failed' ? 'pt bad' : point.state === 'succeeded' ? 'pt' : 'pt idle'

function PointView({
  point,
  layout,
  onOpenTask,
}: {
  point: Point
  layout: BoardLayout
  onOpenTask?: ((index: number) => void) | undefined
}) {
  const { taskName } = useTaskName()
  const first = point.tasks[0]
  if (!first) return null
  const [shape, tone] = lookOf('task', point.state)
  const place = {
    left: `${((point.layer + 0.5) / layout.layers.length) * 100}%`,
    top: `calc(${((point.line + 0.5) / layout.lines.length) * 100}% - 9px)`,
  }
  const name = point.tasks.map(taskName).slice(0, 4).join(', ')
  return (
    <button
      type="button"
      className={pointClass(point)}
      style={place}
      title={name}
      aria-label={`${name}: ${point.state}`}
      onClick={() => onOpenTask?.(first.index)}
    >
      <span className="s">
        <Stone shape={shape} tone={tone} />
      </span>
      <span className="c">{point.tasks.length > 1 ? `${point.done} / ${point.tasks.length}` : <TaskCaption task={first} />}</span>
    </button>
  )
}

function Field({ layout, onOpenTask }: { layout: BoardLayout; onOpenTask?: ((index: number) => void) | undefined }) {
  const { verbWord } = useTaskName()
  const field = useRef<HTMLDivElement>(null)
  const columns = layout.layers.length
  const wide = columns > manyLayers
  useEffect(() => {
    if (wide) field.current?.scrollTo({ left: Math.max(0, layout.liveLayer * layerWidth - 200) })
  }, [wide, layout.liveLayer])
  return (
    <div className="field-b" ref={field} tabIndex={wide ? 0 : undefined}>
      <div style={wide ? { width: columns * layerWidth } : undefined}>
        <div className="layers" style={{ '--n': columns } as CSSProperties}>
          {layout.layers.map((layer) => (
            <div key={layer.layer} className={layer.live ? 'now' : ''}>
              <span className="num">{layer.layer + 1}</span>
              <b>
                {verbWord(layer.verb)}
                {layer.unitName && layer.verb !== 'fetch' ? ` ${layer.unitName.slice(layer.unitName.lastIndexOf('/'))}` : ''}
              </b>
            </div>
          ))}
        </div>
        <div className="pts" style={{ '--m': layout.lines.length } as CSSProperties}>
          <svg viewBox={`0 0 ${columns * 100} ${layout.lines.length * 100}`} preserveAspectRatio="none" aria-hidden="true">
            {layout.lines.map((line, i) => (
              <path key={line.key} className="g" d={`M0 ${i * 100 + 35}H${columns * 100}`} />
            ))}
            {layout.layers.map((layer) => (
              <path key={layer.layer} className="g" d={`M${layer.layer * 100 + 50} 0V${layout.lines.length * 100}`} />
            ))}
            {[...layout.edges]
              .sort((a, b) => Number(a.done) - Number(b.done))
              .map((edge) => (
                <path key={path(edge)} className={edge.done ? 'd' : 'p'} d={path(edge)} />
              ))}
          </svg>
          {layout.points.map((point) => (
            <PointView key={point.key} point={point} layout={layout} onOpenTask={onOpenTask} />
          ))}
        </div>
      </div>
    </div>
  )
}

/** The heart of the deploy page: what has run, what runs, what comes. */
export function Board({ deploy, onOpenTask }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const layout = useMemo(() => layOut(deploy.board.rows, deploy.board.tasks, open), [deploy.board, open])
  const toggle = (runtime: string) =>
    setOpen((before) => new Set(before.has(runtime) ? [...before].filter((one) => one !== runtime) : [...before, runtime]))
  if (layout.points.length === 0) return null
  return (
    <>
      <div className="board only-l">
        <div className="rows">
          {layout.lines.map((line) => (
            <LineLabel key={line.key} line={line} serviceName={deploy.title.serviceName} onToggle={toggle} />
          ))}
        </div>
        <Field layout={layout} onOpenTask={onOpenTask} />
        <BoardFoot deploy={deploy} />
      </div>
      <NarrowBoard deploy={deploy} layout={layout} />
    </>
  )
}
