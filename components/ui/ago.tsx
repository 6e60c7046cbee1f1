'use client'

import { useFormatter } from 'use-intl'
import { useAsTimePasses } from './clock'
import { useTimeWords } from './use-time-words'

interface Props {
  at: string
  /** `age` in columns ("6 min"), `ago` in sentences ("6 min ago"). */
  as?: 'age' | 'ago'
  className?: string
}

/** A time as its age; exact on hover. */
export function Ago({ at, as = 'age', className }: Props) {
  const words = useTimeWords()
  const format = useFormatter()
  const time = Date.parse(at)
  const text = useAsTimePasses((now) => words[as](now - time))
  return (
    <time
      dateTime={at}
      className={className}
      title={format.dateTime(time, { dateStyle: 'medium', timeStyle: 'long' })}
      suppressHydrationWarning
    >
      {text}
    </time>
  )
}

/** How long something that began has lasted, counted on. */
export function Elapsed({ since }: { since: string }) {
  const words = useTimeWords()
  const start = Date.parse(since)
  return <span className="num">{useAsTimePasses((now) => words.runs(now - start))}</span>
}

/** What is left until a time; zero when it is over. */
export function Until({ at }: { at: string }) {
  const words = useTimeWords()
  const end = Date.parse(at)
  return <span className="num">{useAsTimePasses((now) => words.runs(Math.max(0, end - now)))}</span>
}

export function Lasted({ from, to }: { from: string; to: string }) {
  return <span className="num">{useTimeWords().lasts(Date.parse(to) - Date.parse(from))}</span>
}

/** The time of day; the date too where it was not today. */
export function Exact({ at, date }: { at: string; date?: boolean }) {
  const format = useFormatter()
  const time = Date.parse(at)
  const text = format.dateTime(
    time,
    date ? { dateStyle: 'medium', timeStyle: 'short' } : { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  )
  return (
    <time dateTime={at} title={format.dateTime(time, { dateStyle: 'medium', timeStyle: 'long' })} suppressHydrationWarning>
      {text}
    </time>
  )
}

export function DateOnly({ at }: { at: string }) {
  const format = useFormatter()
  return (
    <time dateTime={at} suppressHydrationWarning>
      {format.dateTime(Date.parse(at), { day: 'numeric', month: 'short', year: 'numeric' })}
    </time>
  )
}
