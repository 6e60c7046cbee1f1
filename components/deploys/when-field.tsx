'use client'

import { useState } from 'react'
import { useTimeZone, useTranslations } from 'use-intl'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'

export interface When {
  /** Undefined = at once. */
  notBefore: string | undefined
  /** What was typed is no time to come. */
  isWrong: boolean
}

/** What the browser's own field shows: local time without a zone. */
const localText = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

const tomorrowAtTwo = () => {
  const at = new Date()
  at.setDate(at.getDate() + 1)
  at.setHours(2, 0, 0, 0)
  return localText(at)
}

const read = (text: string | null): When => {
  if (text === null) return { notBefore: undefined, isWrong: false }
  const at = new Date(text)
  const isWrong = Number.isNaN(at.getTime()) || at.getTime() <= Date.now()
  return { notBefore: isWrong ? undefined : at.toISOString(), isWrong }
}

/** The reader's zone, as people write it beside a time. */
export function useZone(at?: string): string {
  const timeZone = useTimeZone() ?? 'UTC'
  if (timeZone === 'UTC') return timeZone
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at ? new Date(at) : new Date())
  return `${timeZone}, ${parts.find((part) => part.type === 'timeZoneName')?.value ?? ''}`
}

export function useWhen() {
  const [text, setText] = useState<string | null>(null)
  return { text, setText, when: read(text) }
}

/** When a change may start: at once, or no sooner than a time in the reader's own zone. */
export function WhenField({ text, setText, when }: ReturnType<typeof useWhen>) {
  const t = useTranslations()
  const zone = useZone(when.notBefore)
  return (
    <div className="typed">
      <span className="b">{t('plan.when')}</span>
      <span className="row wrap">
        <Segmented
          label={t('plan.when')}
          value={text === null ? 'now' : 'later'}
          onChange={(value) => setText(value === 'now' ? null : (text ?? tomorrowAtTwo()))}
          options={[
            { value: 'now', label: t('plan.atOnce') },
            { value: 'later', label: t('plan.notBefore') },
          ]}
        />
        {text === null ? null : (
          <>
            <Input
              type="datetime-local"
              aria-label={t('plan.notBefore')}
              bad={when.isWrong}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <span className="t3">{zone}</span>
          </>
        )}
      </span>
      {when.isWrong ? (
        <span className="text-red" role="alert">
          {t('plan.timePassed')}
        </span>
      ) : null}
    </div>
  )
}
