'use client'

import { useTranslations } from 'use-intl'
import { ApiFailure } from '@/components/frame/fetch-json'
import type { Follow } from '@/components/log/use-follow'
import { Silence, useSilent } from '@/components/machines/freshness'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Stone } from '@/components/ui/stone'
import { Void } from '@/components/ui/void'
import type { OutputRunChoice, OutputUnit } from '@/lib/output/views'

/** What stands here was said before its machine fell silent. */
export function SilentNotice({ units }: { units: readonly OutputUnit[] }) {
  const t = useTranslations()
  const silent = useSilent(units.map((unit) => unit.heardAt))
  const unit = units.find((_, i) => silent[i])
  if (!unit?.heardAt || !unit.machineName) return null
  return (
    <div className="output-note">
      <Notice tone="none" title={t('output.silent', { unit: unit.name, machine: unit.machineName })}>
        <Silence heardAt={unit.heardAt}>{(sentence) => <span className="t2">{sentence} </span>}</Silence>
        <span className="t2">{t('output.silentHelp')}</span>
      </Notice>
    </div>
  )
}

/** Why there is nothing to read. */
export function NoOutput({ failure, run, onAll, again }: { failure: unknown; run: OutputRunChoice; onAll: () => void; again: () => void }) {
  const t = useTranslations()
  if (failure instanceof ApiFailure && [401, 403, 404].includes(failure.status)) {
    return (
      <Void kind="denied" title={t('output.denied')}>
        {t('output.deniedHelp')}
      </Void>
    )
  }
  if (failure) {
    return (
      <Void kind="failed" title={t('output.failed')} acts={<Button onClick={again}>{t('ui.tryNow')}</Button>}>
        {failure instanceof ApiFailure && failure.requestId ? t('ui.request', { id: failure.requestId }) : null}
      </Void>
    )
  }
  if (run === 'previous') {
    return (
      <Void kind="filtered" title={t('output.noPrevious')} acts={<Button onClick={onAll}>{t('output.showAll')}</Button>}>
        {t('output.noPreviousHelp')}
      </Void>
    )
  }
  return (
    <Void kind="none-yet" title={t('output.none')}>
      {t('output.noneHelp')}
    </Void>
  )
}

/** Live or paused, and how much is kept. */
export function OutputFoot({ failed, follow, again }: { failed: boolean; follow: Follow; again: () => void }) {
  const t = useTranslations()
  return (
    <div className="log-f">
      {failed ? (
        <>
          <Stone shape="bad" tone="red" size={12} />
          {t('output.failed')}
          <Button size="sm" onClick={again}>
            {t('log.again')}
          </Button>
        </>
      ) : follow.follow ? (
        <>
          <Stone shape="dot" tone="green" size={7} />
          {t('output.live')}
        </>
      ) : (
        <>
          <Stone shape="bars" size={12} />
          {t('log.paused', { line: follow.pausedAt })}
          {follow.since > 0 ? <b className="b">{t('log.cameSince', { count: follow.since })}</b> : null}
        </>
      )}
      <span className="grow" />
      <span className="only-l">{t('output.kept')}</span>
    </div>
  )
}
