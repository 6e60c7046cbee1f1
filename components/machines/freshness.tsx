'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { useTranslations } from 'use-intl'
import { useAsTimePasses } from '@/components/ui/clock'
import { Stone } from '@/components/ui/stone'
import { useTimeWords } from '@/components/ui/use-time-words'

/** From which silence on a machine is unknown, and when it is declared lost (5-model 8). */
export const Limits = createContext({ unknownAfterMs: 15_000, lostAfterMs: 60_000 })

/** The silence in ms once it is past its limit; 0 while the machine is heard. Whole seconds, so that it draws once a second. */
export function useSilence(heardAt: string | null): number {
  const { unknownAfterMs } = useContext(Limits)
  const heard = heardAt ? Date.parse(heardAt) : null
  return useAsTimePasses((now) => (heard === null || now - heard < unknownAfterMs ? 0 : Math.floor((now - heard) / 1000) * 1000))
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
