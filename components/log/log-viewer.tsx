'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { DateOnly } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Stone } from '@/components/ui/stone'
import type { LogLine } from '@/lib/deploys/log-views'
import { LogBar } from './log-bar'
import { type LinesHandle, LogLines } from './log-lines'
import { type Follow, useFollow } from './use-follow'
import { type LogSource, useLog } from './use-log'
import { useSearch } from './use-search'

interface FootProps extends Pick<Props, 'keptUntil' | 'truncated'> {
  facts: ReturnType<typeof useLog>['facts']
  cache: ReturnType<typeof useLog>['cache']
  follow: Follow
}

interface Props {
  source: LogSource
  keptUntil: string
  truncated: boolean
  /** The tasks beside the lines, and how to choose one. */
  tree: (chosen: number | null, choose: (task: number | null) => void, lines: ReadonlyMap<number, number>, total: number) => ReactNode
  /** The headline of a task's attempt. */
  titleOf: (line: LogLine) => string
}

const linkedLine = () => {
  const found = /^#L(\d{1,9})$/.exec(window.location.hash)?.[1]
  return found ? Number(found) : null
}

/** The line that the address names (#L123), now and when it changes. */
function useLinkedLine() {
  const [linked, setLinked] = useState<number | null>(null)
  useEffect(() => {
    const read = () => setLinked(linkedLine())
    read()
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  return linked
}

/** Live or ended, how far, and until when it is kept. */
function Foot({ facts, follow, cache, keptUntil, truncated }: FootProps) {
  const t = useTranslations()
  const isBroken = facts.firstErrorLine !== null
  return (
    <div className="log-f">
      {facts.failed ? (
        <>
          <Stone shape="bad" tone="red" size={12} />
          {t('log.failed')}
          <Button size="sm" onClick={() => void cache.refresh()}>
            {t('log.again')}
          </Button>
        </>
      ) : facts.ended ? (
        <>
          <Stone shape={isBroken ? 'bad' : 'dot'} tone={isBroken ? 'red' : 'none'} size={isBroken ? 12 : 7} />
          {t('log.ended', { line: facts.total })}
        </>
      ) : follow.follow ? (
        <>
          <Stone shape="dot" tone="green" size={7} />
          {t('log.live', { line: facts.total })}
        </>
      ) : (
        <>
          <Stone shape="bars" size={12} />
          {t('log.paused', { line: follow.pausedAt })}
          {follow.since > 0 ? <b className="b">{t('log.cameSince', { count: follow.since })}</b> : null}
        </>
      )}
      <span className="grow" />
      <span className="only-l">
        {truncated ? `${t('log.truncated')} ` : ''}
        {t('log.keptUntil')} <DateOnly at={keptUntil} />
      </span>
    </div>
  )
}

export function LogViewer({ source, keptUntil, truncated, tree, titleOf }: Props) {
  const [task, setTask] = useState<number | null>(null)
  const [text, setText] = useState('')
  const [wrap, setWrap] = useState(false)
  const [times, setTimes] = useState(true)
  const handle = useRef<LinesHandle>(null)
  const { cache, facts } = useLog(source, task)
  const { search, move } = useSearch(source, text.trim(), task, facts.total)
  const follow = useFollow(facts.total)
  const linked = useLinkedLine()
  const hit = search.offsets[search.at] ?? null
  const setFollow = useRef(follow.set)
  setFollow.current = follow.set
  useEffect(() => setWrap(window.matchMedia('(max-width: 720px)').matches), [])

  // A line or a hit that is looked at holds the log, until the reader asks for its end.
  const [isLetGo, letGo] = useState(false)
  const show = (index: number) => {
    setFollow.current(false)
    letGo(false)
    handle.current?.show(index)
  }
  const showRef = useRef(show)
  showRef.current = show
  useEffect(() => {
    if (hit !== null) showRef.current(hit)
  }, [hit])
  const known = facts.total > 0
  // A line's number is its place in the whole log: the filter by task goes first.
  useEffect(() => {
    if (linked === null || !known) return
    if (task !== null) setTask(null)
    else showRef.current(linked - 1)
  }, [linked, known, task])

  const lines = new Map(facts.tasks.map((one) => [one.index, one.lines]))
  const all = facts.tasks.reduce((sum, one) => sum + one.lines, 0)
  return (
    <div className="panel log">
      <LogBar
        text={text}
        onText={setText}
        search={search}
        onMove={move}
        wrap={wrap}
        onWrap={setWrap}
        times={times}
        onTimes={setTimes}
        textUrl={source.textUrl}
        firstError={facts.firstErrorLine}
        follow={follow.follow}
        ended={facts.ended}
        onLine={(line) => (task === null ? show(line - 1) : setTask(null))}
        onEnd={() => {
          follow.set(true)
          letGo(true)
          handle.current?.toEnd()
        }}
      />
      <div className="lv">
        {tree(task, setTask, lines, Math.max(all, task === null ? facts.total : 0))}
        <LogLines
          handle={handle}
          cache={cache}
          total={facts.total}
          version={facts.version}
          wrap={wrap}
          times={times}
          query={search.text}
          hit={hit}
          linked={linked}
          follow={follow.follow && (isLetGo || (linked === null && hit === null))}
          onFollow={follow.set}
          titleOf={titleOf}
        />
      </div>
      <Foot facts={facts} cache={cache} follow={follow} keptUntil={keptUntil} truncated={truncated} />
    </div>
  )
}
