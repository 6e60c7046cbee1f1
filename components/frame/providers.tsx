'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ClockProvider } from '@/components/ui/clock'
import { ToastProvider } from '@/components/ui/toast'
import type { Locale } from '@/lib/messages'
import { MessagesProvider } from './messages-provider'

interface Props {
  locale: Locale
  timeZone: string
  now: number
  children: ReactNode
}

const newClient = () => new QueryClient({ defaultOptions: { queries: { staleTime: 5000, retry: 2, refetchOnWindowFocus: true } } })

/** What every page stands on. The one style rule Base UI would inject is in our own CSS (strict CSP). */
export function Providers({ locale, timeZone, now, children }: Props) {
  const [client] = useState(newClient)
  return (
    <CSPProvider disableStyleElements>
      <MessagesProvider locale={locale} timeZone={timeZone}>
        <ClockProvider now={now}>
          <QueryClientProvider client={client}>
            <Tooltip.Provider>
              <ToastProvider>{children}</ToastProvider>
            </Tooltip.Provider>
          </QueryClientProvider>
        </ClockProvider>
      </MessagesProvider>
    </CSPProvider>
  )
}
