'use client'

import { useTranslations } from 'use-intl'
import { Gate } from '@/components/accounts/gate'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Button, ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { paths } from '@/lib/paths'
import type { ConnectionView, Way } from '@/lib/sign-in/views'
import type { Act } from '@/lib/views'
import { Ways } from './ways'

interface Props {
  view: ConnectionView
  token: string
  /** The other ways to sign in. */
  ways: readonly Way[]
  connect: Act<{ token: string }>
}

/** Somebody is here with this e-mail. Only who signs in as they did before can say that the provider's account is theirs, too. */
export function ConnectPage({ view, token, ways, connect }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const { busy, error, run } = useAct()
  const provider = view.provider.name
  const say = async () => {
    const answer = await run(() => connect({ token }))
    if (answer.ok) window.location.assign(paths.home)
  }
  const isReady = view.isYou && error?.code !== 'fresh_sign_in'
  return (
    <Gate title={t('connect.title', { provider })} sub={t('connect.sub', { email: view.email })}>
      {error ? (
        <div className="mb-5">
          <Notice tone="amber" role="alert" title={failure(error)} />
        </div>
      ) : null}
      <p className="mb-5">{t(isReady ? 'connect.ask' : 'connect.first', { provider, name: view.name })}</p>
      {isReady ? (
        <span className="row">
          <Button size="lg" tone="primary" busy={busy} onClick={() => void say()}>
            {t('connect.yes')}
          </Button>
          <ButtonLink size="lg" href={paths.home}>
            {t('connect.no')}
          </ButtonLink>
        </span>
      ) : (
        <Ways ways={ways} next={paths.connectAccount(token)} />
      )}
    </Gate>
  )
}
