'use client'

import { useTranslations } from 'use-intl'
import type { StatusNoun, StatusOf } from './looks'

/** The word of a state in the reader's language. */
export function useStatusWord() {
  const t = useTranslations()
  return <N extends StatusNoun>(noun: N, state: StatusOf<N>): string => t(`status.${noun}.${state}` as never)
}
