'use client'

import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import type { Act } from '@/lib/views'
import { Gate } from './gate'

interface Props {
  token: string
  /** Leads on by a redirect. */
  become: Act<{ token: string; name: string; email: string }>
}

/** Who opened the link that was printed on the host becomes an operator. */
export function SetupPage({ token, become }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const { busy, error, run } = useAct()
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) void run(() => become({ token, name, email }))
  }
  return (
    <Gate title={t('setup.title')} sub={t('setup.sub')}>
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={failure(error)}>
            {error.fields?.email ? t('setup.badEmail') : null}
          </Notice>
        </div>
      ) : null}
      <form onSubmit={send}>
        <label className="typed" htmlFor="setup-name">
          <span className="b">{t('setup.name')}</span>
          <Input
            id="setup-name"
            required
            maxLength={100}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="typed" htmlFor="setup-email">
          <span className="b">{t('users.email')}</span>
          <Input
            id="setup-email"
            required
            type="email"
            maxLength={200}
            autoComplete="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </label>
        <p className="t2 f12 below mb-5">{t('setup.emailHelp')}</p>
        <Button type="submit" size="lg" tone="primary" busy={busy}>
          {t('setup.become')}
        </Button>
      </form>
    </Gate>
  )
}
