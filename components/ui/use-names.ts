'use client'

import { useTranslations } from 'use-intl'

/** A few names in full and how many there are beside them: a cell that has room for three may be given thousands. */
export function useNames(most = 3) {
  const t = useTranslations()
  return (names: readonly string[], count = names.length): string => {
    const shown = names.slice(0, most)
    const rest = count - shown.length
    return rest > 0 ? t('ui.namesAndMore', { names: shown.join(', '), count: rest }) : shown.join(', ')
  }
}
