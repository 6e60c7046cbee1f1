'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { useAsTimePasses } from '@/components/ui/clock'
import { Notice } from '@/components/ui/notice'
import { Stone } from '@/components/ui/stone'
import { useTimeWords } from '@/components/ui/use-time-words'
import { useLiveState } from './live'

export function Connection() {
  const t = useTranslations()
  const { state } = useLiveState()
  const live = state === 'live'
  return (
    <span className="conn" title={t(live ? 'live.newsArrive' : 'live.newsStopped')} role="status">
      <Stone shape={live ? 'dot' : 'unknown'} tone={live ? 'green' : 'none'} size={live ? 7 : 12} />
      {t(`live.${state}`)}
    </span>
  )
}

/** A short break heals unseen; after five seconds the page says from when it is. */
export function ConnectionNotice() {
  const { lostAt, state } = useLiveState()
  return lostAt !== null && state !== 'live' ? <Lost lostAt={lostAt} /> : null
}

function Lost({ lostAt }: { lostAt: number }) {
  const t = useTranslations()
  const words = useTimeWords()
  const { again, state } = useLiveState()
  const silent = useAsTimePasses(() => (Date.now() - lostAt < 5000 ? '' : words.runs(Date.now() - lostAt)))
  if (!silent) return null
  return (
    <div className="mb-4">
      <Notice
        tone="none"
        role="status"
        title={t('live.noNews', { time: silent })}
        acts={
          <Button size="sm" onClick={again}>
            {t('live.tryNow')}
          </Button>
        }
      >
        <span className="t2">{t(state === 'ended' ? 'live.endedHelp' : 'live.lostHelp')}</span>
      </Notice>
    </div>
  )
}
