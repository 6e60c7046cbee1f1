'use client'

import { useTranslations } from 'use-intl'
import { Ways } from '@/components/sign-in/ways'
import { ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { paths } from '@/lib/paths'
import type { Way } from '@/lib/sign-in/views'
import { Gate } from './gate'

interface Props {
  /** Why one stands here again. */
  reason: string | null
  /** The demo sign-in is possible on this installation. */
  demo: boolean
  ways: readonly Way[]
  /** The demo people, for the browser that used their link. */
  peopleHref: string | null
  /** In a window beside a page that waits. */
  isAgain: boolean
  /** Where one wanted to go. */
  next: string
}

const reasons = [
  'ended',
  'blocked',
  'link_used',
  'link_over',
  'refused',
  'setup_over',
  'invitation_over',
  'no_email',
  'unverified',
  'domain',
  'gone',
  'denied',
  'provider_down',
  'callback_failed',
] as const

export function SignIn({ reason, demo, ways, peopleHref, isAgain, next }: Props) {
  const t = useTranslations()
  const known = reasons.find((one) => one === reason)
  return (
    <Gate title={isAgain ? t('again.title') : t('accounts.signIn')} sub={t('accounts.signInHelp')}>
      {known ? (
        <div className="mb-5">
          <Notice tone="amber" role="alert" title={t(`accounts.reason.${known}`)} />
        </div>
      ) : null}
      <Ways ways={ways} next={isAgain ? paths.signedInAgain : next} />
      {peopleHref ? (
        <p className="mb-5">
          <ButtonLink size="lg" href={peopleHref}>
            {t('accounts.demoPeople')}
          </ButtonLink>
        </p>
      ) : null}
      {demo ? (
        <>
          <p>{t('accounts.demoHow')}</p>
          <pre className="code cmd">npm run up -- --link</pre>
        </>
      ) : ways.length > 0 ? null : (
        <p>{t('accounts.noProvider')}</p>
      )}
    </Gate>
  )
}
