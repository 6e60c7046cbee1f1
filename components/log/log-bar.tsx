'use client'

import { useTranslations } from 'use-intl'
import { useKeys } from '@/components/frame/use-keys'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Input } from '@/components/ui/input'
import { Stone } from '@/components/ui/stone'
import type { Search } from './use-search'

interface Props {
  text: string
  onText: (text: string) => void
  search: Search
  onMove: (by: number) => void
  wrap: boolean
  onWrap: (wrap: boolean) => void
  times: boolean
  onTimes: (times: boolean) => void
  textUrl: string
  firstError: number | null
  /** Its address may be this line's already: then nothing else tells that it was asked for. */
  onLine: (line: number) => void
  follow: boolean
  ended: boolean
  onEnd: () => void
}

function Find({ text, onText, search, onMove }: Pick<Props, 'text' | 'onText' | 'search' | 'onMove'>) {
  const t = useTranslations()
  const count = search.offsets.length
  return (
    <>
      <Input
        icon="search"
        type="search"
        value={text}
        placeholder={t('log.find')}
        aria-label={t('log.find')}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onMove(event.shiftKey ? -1 : 1)
        }}
        end={
          text && search.text ? (
            <span className="t3 f11 nowrap" role="status">
              {count === 0 ? t('log.noHit') : t(search.more ? 'log.hitOfMore' : 'log.hitOf', { at: search.at + 1, count })}
            </span>
          ) : null
        }
      />
      {count > 1 ? (
        <>
          <Button tone="ghost" size="sm" icon="up-arrow" label={t('log.before')} onClick={() => onMove(-1)} />
          <Button tone="ghost" size="sm" icon="down-arrow" label={t('log.after')} onClick={() => onMove(1)} />
        </>
      ) : null}
    </>
  )
}

export function LogBar({
  text,
  onText,
  search,
  onMove,
  wrap,
  onWrap,
  times,
  onTimes,
  textUrl,
  firstError,
  onLine,
  follow,
  ended,
  onEnd,
}: Props) {
  const t = useTranslations()
  useKeys({ f: onEnd })
  return (
    <div className="log-bar">
      <Find text={text} onText={onText} search={search} onMove={onMove} />
      {firstError === null ? null : (
        <a className="btn sm" href={`#L${firstError}`} onClick={() => onLine(firstError)}>
          <Stone shape="bad" tone="red" size={12} />
          {t('log.firstError')}
        </a>
      )}
      <span className="grow only-l" />
      <Button tone="ghost" size="sm" icon="clock" className="only-l" aria-pressed={times} onClick={() => onTimes(!times)}>
        {t('log.times')}
      </Button>
      <Button tone="ghost" size="sm" icon="wrap" className="only-l" aria-pressed={wrap} onClick={() => onWrap(!wrap)}>
        {t('log.wrap')}
      </Button>
      <span className="sp only-l" />
      <a className="btn ghost sm only-l" href={textUrl} download>
        <Icon name="download" size={14} />
        {t('log.download')}
      </a>
      <Button size="sm" icon="to-end" aria-pressed={follow} onClick={onEnd}>
        {t(ended ? 'log.toEnd' : 'log.follow')}
      </Button>
    </div>
  )
}
