'use client'

import { signIn } from 'next-auth/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { Way } from '@/lib/sign-in/views'

/** Providers, one button each. The browser comes back to `next`. */
export function Ways({ ways, next }: { ways: readonly Way[]; next: string }) {
  const t = useTranslations()
  const [busy, setBusy] = useState<string | null>(null)
  const go = (id: string) => {
    setBusy(id)
    // It leads away; what does not is said by the page it leads to.
    void signIn(id, { callbackUrl: next })
  }
  return (
    <ul className="plain ways">
      {ways.map(({ id, name }, i) => (
        <li key={id}>
          <Button
            size="lg"
            tone={i === 0 ? 'primary' : 'plain'}
            busy={busy === id}
            {...(busy && busy !== id ? { disabled: true } : {})}
            onClick={() => go(id)}
          >
            {t('accounts.with', { name })}
          </Button>
        </li>
      ))}
    </ul>
  )
}
