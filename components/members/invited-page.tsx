'use client'

import { useTranslations } from 'use-intl'
import { Gate } from '@/components/accounts/gate'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Ways } from '@/components/sign-in/ways'
import { Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { InvitedView } from '@/lib/members/views'
import { paths } from '@/lib/paths'
import type { Way } from '@/lib/sign-in/views'
import type { Act } from '@/lib/views'

interface Props {
  view: InvitedView
  token: string
  /** Who is signed in here. */
  name: string | null
  ways: readonly Way[]
  accept: Act<{ token: string }, { organization: string }>
}

/** What the link of an invitation offers; who is signed in may take it. */
export function InvitedPage({ view, token, name, ways, accept }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const { busy, error, run } = useAct()
  const where = view.applicationName ? `${view.organizationName} / ${view.applicationName}` : view.organizationName
  const join = async () => {
    const answer = await run(() => accept({ token }))
    if (answer.ok) window.location.assign(paths.organization(answer.data.organization))
  }
  return (
    <Gate title={t('members.join', { where })} sub={t('members.invitedBy', { name: view.by, role: t(`users.role.${view.role}`) })}>
      {error ? (
        <div className="mb-5">
          <Notice tone="amber" role="alert" title={failure(error)}>
            {error.message}
          </Notice>
        </div>
      ) : null}
      {view.email ? <p className="t2">{t('members.onlyFor', { email: view.email })}</p> : null}
      <p className="t2 mb-5">
        {t('members.goodFor')} <Until at={view.expires} />
      </p>
      {name ? (
        <Button size="lg" tone="primary" busy={busy} onClick={() => void join()}>
          {t('members.joinAs', { name })}
        </Button>
      ) : (
        <>
          <p className="mb-5">{t('members.signInFirst')}</p>
          <Ways ways={ways} next={paths.invitation(token)} />
        </>
      )}
    </Gate>
  )
}
