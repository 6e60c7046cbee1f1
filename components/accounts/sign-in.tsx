'use client'

import { useTranslations } from 'use-intl'
import { Notice } from '@/components/ui/notice'
import { Gate } from './gate'

interface Props {
  /** Why one stands here again: `ended`, `blocked`, `link_used`, `link_over`, `refused`. */
  reason: string | null
  /** The demo sign-in is possible on this installation. */
  demo: boolean
}

const reasons = ['ended', 'blocked', 'link_used', 'link_over', 'refused'] as const

export function SignIn({ reason, demo }: Props) {
  const t = useTranslations()
  const known = reasons.find((one) => one === reason)
  return (
    <Gate title={t('accounts.signIn')} sub={t('accounts.signInHelp')}>
      {known ? (
        <div className="mb-5">
          <Notice tone="amber" role="alert" title={t(`accounts.reason.${known}`)} />
        </div>
      ) : null}
      {demo ? (
        <>
          <p>{t('accounts.demoHow')}</p>
          <pre className="code cmd">npm run up -- --link</pre>
        </>
      ) : (
        <p>{t('accounts.noProvider')}</p>
      )}
    </Gate>
  )
}
