export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Kept as cookies, so that the server already renders the right theme, language and times. */
export const preferenceCookie = { theme: 'tengen-theme', locale: 'tengen-locale', 'time-zone': 'tengen-time-zone' } as const

export function rememberPreference(name: keyof typeof preferenceCookie, value: string) {
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is not in every browser yet
  document.cookie = `${preferenceCookie[name]}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`
}

export function applyTheme(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  rememberPreference('theme', theme)
}
