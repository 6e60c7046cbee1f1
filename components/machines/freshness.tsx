'use client'

import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { learnServerTime, useAsTimePasses } from '@/components/ui/clock'
import { Stone } from '@/components/ui/stone'
import { useTimeWords } from '@/components/ui/use-time-words'

/** From which silence on a machine is unknown, and when it is declared lost (5-model 8). */
export const Limits = createContext({ unknownAfterMs: 15_000, lostAfterMs: 60_000 })

const Reading = createContext<{ at: number; again: () => void } | null>(null)
const againMs = 3000

interface ReadingProps {
  /** When the server read what the page shows. */
  asOf: string
  /** Reads it anew; without one the page itself is rendered again. */
  again?: () => void
  children: ReactNode
}

/** Data that lie still tell nothing about now: before they make a machine unknown they are read again. */
export function ReadAt({ asOf, again, children }: ReadingProps) {
  const router = useRouter()
  const latest = useRef(again)
  const askedAt = useRef(0)
  useEffect(() => learnServerTime(Date.parse(asOf)), [asOf])
  useEffect(() => {
    latest.current = again
  })
  const reading = useMemo(
    () => ({
      at: Date.parse(asOf),
      again: () => {
        if (document.hidden || performance.now() - askedAt.current < againMs) return
        askedAt.current = performance.now()
        if (latest.current) latest.current()
        else router.refresh()
      },
    }),
    [asOf, router],
  )
  return <Reading value={reading}>{children}</Reading>
}

/** The silence in ms once it is past its limit; 0 while the machine is heard. Whole seconds, so that it draws once a second. */
export function useSilence(heardAt: string | null): number {
  const { unknownAfterMs } = useContext(Limits)
  const reading = useContext(Reading)
  const heard = heardAt ? Date.parse(heardAt) : null
  const silence = useAsTimePasses((now) => (heard === null || now - heard < unknownAfterMs ? 0 : Math.floor((now - heard) / 1000) * 1000))
  const isOld = reading !== null && heard !== null && reading.at - heard < unknownAfterMs
  useEffect(() => {
    if (silence > 0 && isOld) reading?.again()
  }, [silence, isOld, reading])
  return isOld ? 0 : silence
}

/** Of several at once: which are silent, by the same rule. */
export function useSilent(heardAts: readonly (string | null)[]): boolean[] {
  const { unknownAfterMs } = useContext(Limits)
  const reading = useContext(Reading)
  const isPast = (now: number, heardAt: string | null) => heardAt !== null && now - Date.parse(heardAt) >= unknownAfterMs
  const past = useAsTimePasses((now) => heardAts.map((heardAt) => Number(isPast(now, heardAt))).join(''))
  const silent = heardAts.map((heardAt, i) => past[i] === '1' && (reading === null || isPast(reading.at, heardAt)))
  const isOld = silent.some((one, i) => !one && past[i] === '1')
  useEffect(() => {
    if (isOld) reading?.again()
  }, [isOld, reading])
  return silent
}

/** A machine's name; with its silence once it is past the limit. */
export function Freshness({ heardAt, name, children }: { heardAt: string | null; name: string; children?: ReactNode }) {
  const t = useTranslations()
  const words = useTimeWords()
  const silence = useSilence(heardAt)
  if (silence === 0) {
    return (
      <>
        {name}
        {children}
      </>
    )
  }
  return (
    <span className="silent">
      <Stone shape="unknown" size={12} />
      {t('machines.silent', { name, time: words.runs(silence) })}
    </span>
  )
}

/** "No heartbeat for 41 s; declared lost at 60 s", and nothing while all is well. */
export function Silence({ heardAt, children }: { heardAt: string; children: (sentence: string, silence: number) => ReactNode }) {
  const t = useTranslations()
  const words = useTimeWords()
  const { lostAfterMs } = useContext(Limits)
  const silence = useSilence(heardAt)
  if (silence === 0) return null
  const time = words.runs(silence)
  return children(
    silence < lostAfterMs ? t('machines.noHeartbeat', { time, limit: words.runs(lostAfterMs) }) : t('machines.lost', { time }),
    silence,
  )
}
