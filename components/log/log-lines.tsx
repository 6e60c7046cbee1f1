'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, type RefObject, useEffect, useImperativeHandle, useRef } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { AnsiText } from './ansi'

const lineHeight = 18
/** Up to here a line's number has four digits. */
const fewLines = 10_000

export interface LinesHandle {
  show: (index: number) => void
  toEnd: () => void
}

/** What a line must tell to be shown; `section` lines are worded by the viewer. */
export interface ShownLine {
  line: number
  at: string
  stream: string
  text: string
}

/** Lines by their place in the list; what is looked at is fetched. */
export interface LineSource<L extends ShownLine> {
  line: (index: number) => L | undefined
  want: (first: number, last: number) => void
}

interface Props<L extends ShownLine> {
  handle: RefObject<LinesHandle | null>
  cache: LineSource<L>
  total: number
  /** Only so that the list draws again when lines came. */
  version: number
  wrap: boolean
  times: boolean
  query: string
  hit: number | null
  linked: number | null
  follow: boolean
  onFollow: (follow: boolean) => void
  titleOf: (line: L) => string
  /** Instead of the number with its link. */
  markOf?: (line: L) => ReactNode
}

const errorLike = /^(?:\S+: )?(?:error|fatal|panic)\b/i
const lineClass = (line: ShownLine, linked: boolean, hit: boolean) =>
  [
    'll',
    line.stream === 'section' ? 'sect' : '',
    line.stream === 'gap' ? 'gap' : '',
    line.stream === 'stderr' && errorLike.test(line.text) ? 'err' : '',
    linked || hit ? 'here' : '',
  ]
    .filter(Boolean)
    .join(' ')

interface LineProps {
  line: ShownLine
  mark: ReactNode
  times: boolean
  query: string
  linked: boolean
  hit: boolean
  title: string
}

const Line = memo(function Line({ line, mark, times, query, linked, hit, title }: LineProps) {
  const format = useFormatter()
  const at = Date.parse(line.at)
  return (
    <div className={times ? lineClass(line, linked, hit) : `${lineClass(line, linked, hit)} timeless`}>
      {mark ?? (
        <a className="no" href={`#L${line.line}`}>
          {line.line}
        </a>
      )}
      {times ? (
        <time dateTime={line.at}>
          {Number.isNaN(at)
            ? ''
            : `${format.dateTime(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })}.${Math.floor((at % 1000) / 100)}`}
        </time>
      ) : null}
      {line.stream === 'section' ? <span>{title}</span> : <AnsiText text={line.text} query={query} />}
    </div>
  )
})

/** A virtual list: only lines in view are in the page, whatever the log's length. */
export function LogLines<L extends ShownLine>(props: Props<L>) {
  const { handle, cache, total, wrap, times, query, hit, linked, follow, onFollow, titleOf, markOf } = props
  const t = useTranslations()
  const box = useRef<HTMLDivElement>(null)
  const lastTop = useRef(0)
  const rows = useVirtualizer({ count: total, getScrollElement: () => box.current, estimateSize: () => lineHeight, overscan: 12 })
  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: more lines may lie in view when the log grew
  useEffect(() => cache.want(first, last), [cache, first, last, total])
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes measured in the other mode are wrong
  useEffect(() => rows.measure(), [wrap])
  useEffect(() => {
    if (follow && total > 0) rows.scrollToIndex(total - 1, { align: 'end' })
  }, [follow, total, rows])
  useImperativeHandle(handle, () => ({
    show: (index) => rows.scrollToIndex(index, { align: 'center' }),
    toEnd: () => rows.scrollToIndex(total - 1, { align: 'end' }),
  }))
  const scrolled = () => {
    const element = box.current
    if (!element) return
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < lineHeight * 1.5
    if (atEnd) onFollow(true)
    else if (element.scrollTop < lastTop.current - 2) onFollow(false)
    lastTop.current = element.scrollTop
  }
  return (
    <div
      className={['code log-box', wrap ? '' : 'long', total < fewLines ? 'few' : ''].filter(Boolean).join(' ')}
      ref={box}
      onScroll={scrolled}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
      tabIndex={0}
      role="log"
      aria-label={t('log.title')}
      aria-live="off"
    >
      <div className="log-all" style={{ height: rows.getTotalSize() }}>
        <div className="log-part" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
          {items.map((item) => {
            const line = cache.line(item.index)
            return (
              <div key={item.key} data-index={item.index} ref={wrap ? rows.measureElement : undefined} className="log-row">
                {line ? (
                  <Line
                    line={line}
                    mark={markOf?.(line)}
                    times={times}
                    query={query}
                    linked={line.line === linked}
                    hit={item.index === hit}
                    title={titleOf(line)}
                  />
                ) : (
                  <div className="ll waiting">…</div>
                )}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
