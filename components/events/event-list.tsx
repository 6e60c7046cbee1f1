'use client'

import { useMessages, useTranslations } from 'use-intl'
import { useSay, useSentence } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { type EventView, SentenceSchema } from '@/lib/views'

/** An event in words; names without words are shown as they are. */
export function useEventWords() {
  const t = useSay()
  const sentence = useSentence()
  const words = (useMessages() as { events: { name: Record<string, string> } }).events.name
  return (event: Pick<EventView, 'name' | 'data'>): string => {
    const key = event.name.replaceAll('.', '_')
    if (!(key in words)) return event.name.replaceAll(/[._]/g, ' ')
    const values = Object.fromEntries(
      Object.entries(event.data).map(([name, value]) => [
        name,
        typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value ?? ''),
      ]),
    )
    // What an agent found comes as code and values beside its text.
    const said = SentenceSchema.safeParse(event.data.said)
    return t(`events.name.${key}`, {
      unit: '',
      machine: '',
      reason: '',
      from: '',
      to: '',
      code: '',
      message: '',
      number: '',
      version: '',
      ...values,
      ...(said.success ? { message: sentence(said.data) } : {}),
    })
  }
}

export function EventList({ events, org }: { events: EventView[]; org?: string }) {
  const t = useTranslations()
  const wordsOf = useEventWords()
  if (events.length === 0) return <p className="t3">{t('events.none')}</p>
  return (
    <ul className="plain tight events">
      {events.map((event) => (
        <li key={event.id}>
          <span className="grow">
            {wordsOf(event)} {event.actor ? <span className="t2">{t('events.by', { name: event.actor.name })}</span> : null}
          </span>
          {event.deploy && org ? (
            <a className="u mono t3" href={`/o/${encodeURIComponent(org)}/deploys/${event.deploy.number}`}>
              #{event.deploy.number}
            </a>
          ) : null}
          <Ago at={event.at} className="t3 f12 nowrap" />
        </li>
      ))}
    </ul>
  )
}
