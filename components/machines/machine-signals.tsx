'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Ago, Exact } from '@/components/ui/ago'
import { Notice } from '@/components/ui/notice'
import type { MachineRow } from '@/lib/machines/views'

/** Signs of trouble that count: what is seen since when, what it does, and until when it counts once it is over. */
export function MachineSignals({ signals }: Pick<MachineRow, 'signals'>) {
  const t = useTranslations()
  const sentence = useSentence()
  return signals.map(({ signal, does, says, since, overAt }) => (
    <Notice
      key={signal}
      tone={overAt ? 'none' : does === 'fault' ? 'red' : 'amber'}
      shape={overAt ? 'clock' : 'warn'}
      title={t('signals.title', { says: sentence(says) })}
      role="status"
    >
      {t(`signals.does.${does}`)} <Ago at={since} as="ago" className="t3" />{' '}
      {overAt ? (
        <>
          {t('signals.over')} <Exact at={overAt} />
        </>
      ) : null}
    </Notice>
  ))
}
