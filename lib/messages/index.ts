import { en, type Messages } from './en'
import type { Locale } from './locales'
import { zh } from './zh'

export type { Messages } from './en'
export { type Locale, localeNames, locales } from './locales'

export const catalogues: Record<Locale, Messages> = { en, zh }

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages
    Locale: Locale
  }
}
