'use client'

import { useTranslations } from 'use-intl'
import { precisely, roughly } from './time-words'

/** Ages and durations in words: `age` for columns, `ago` for sentences, `lasts` for how long something took. */
export function useTimeWords() {
  const t = useTranslations()
  return {
    age: (ms: number) => {
      const { unit, n } = roughly(ms)
      return t(`time.age.${unit}`, { n })
    },
    ago: (ms: number) => {
      const { unit, n } = roughly(ms)
      return t(`time.ago.${unit}`, { n })
    },
    lasts: (ms: number) => {
      const [key, values] = precisely(ms)
      return t(`time.lasts.${key}`, values)
    },
    /** Whole seconds, for what runs now. */
    runs: (ms: number) => {
      const [key, values] = precisely(Math.max(0, Math.floor(ms / 1000) * 1000))
      return key === 'tenths' ? t('time.lasts.seconds', { n: Math.max(0, Math.floor(ms / 1000)) }) : t(`time.lasts.${key}`, values)
    },
  }
}
