'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { IntlProvider } from 'use-intl'
import { catalogues, type Locale } from '@/lib/messages'
import { rememberPreference } from './preferences'

interface Props {
  locale: Locale
  /** What the browser told us last time; UTC on the very first page. */
  timeZone: string
  children: ReactNode
}

/** Both sides draw times in the zone of the cookie first, so that the first paint is the same on both. */
export function MessagesProvider({ locale, timeZone, children }: Props) {
  const [zone, setZone] = useState(timeZone)
  useEffect(() => {
    const real = Intl.DateTimeFormat().resolvedOptions().timeZone
    if (real && real !== timeZone) {
      rememberPreference('time-zone', real)
      setZone(real)
    }
  }, [timeZone])
  return (
    <IntlProvider locale={locale} messages={catalogues[locale]} timeZone={zone}>
      {children}
    </IntlProvider>
  )
}
