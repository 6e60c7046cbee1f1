export const locales = ['en', 'zh'] as const
export type Locale = (typeof locales)[number]

/** Each language by its own name. */
export const localeNames: Record<Locale, string> = { en: 'English', zh: '中文' }
