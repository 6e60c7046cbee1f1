import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { preferenceCookie } from '@/components/frame/preferences'
import { Providers } from '@/components/frame/providers'
import { pickLocale } from '@/lib/messages/pick-locale'

export const metadata: Metadata = { title: { default: 'Tengen', template: '%s · Tengen' }, icons: { icon: '/icon.svg' } }
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

const isTimeZone = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered for its request: the nonce of the content policy is another each time.
  await connection()
  const jar = await cookies()
  const locale = pickLocale(jar.get(preferenceCookie.locale)?.value, (await headers()).get('accept-language'))
  const theme = jar.get(preferenceCookie.theme)?.value
  const zone = decodeURIComponent(jar.get(preferenceCookie['time-zone'])?.value ?? 'UTC')
  return (
    <html lang={locale === 'zh' ? 'zh-CN' : 'en'} data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body>
        <Providers locale={locale} timeZone={isTimeZone(zone) ? zone : 'UTC'} now={Date.now()}>
          {children}
        </Providers>
      </body>
    </html>
  )
}
