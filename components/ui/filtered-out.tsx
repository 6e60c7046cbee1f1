'use client'

import { useTranslations } from 'use-intl'
import { Button } from './button'
import { useUrlState } from './use-url-state'
import { Void } from './void'

interface Props {
  /** Names of the filters that may be set, by their key in the address. */
  names: Record<string, string>
  /** The one filter whose loss finds something, if the server knows. */
  drop?: { key: string; count: number } | undefined
}

/** Nothing matches: the filter is the reason, and can be taken away here. */
export function FilteredOut({ names, drop }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const set = Object.keys(names).filter((key) => url.get(key))
  const clear = Object.fromEntries(set.map((key) => [key, null]))
  return (
    <Void
      kind="filtered"
      title={t('ui.noMatch')}
      acts={
        <>
          <Button onClick={() => url.set(clear)}>{t('ui.clearFilters', { count: set.length })}</Button>
          {drop ? (
            <Button tone="ghost" onClick={() => url.set({ [drop.key]: null })}>
              {t('ui.dropFilter', { name: names[drop.key] ?? drop.key, count: drop.count })}
            </Button>
          ) : null}
        </>
      }
    >
      {set.map((key) => `${names[key]}: ${url.get(key).replaceAll(',', ', ')}`).join(' · ')}
    </Void>
  )
}

export const isFiltered = (params: Record<string, string | string[] | undefined>, keys: readonly string[]) =>
  keys.some((key) => params[key])
