'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Until } from '@/components/ui/ago'
import { Avatar } from '@/components/ui/avatar'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Stone } from '@/components/ui/stone'
import type { DemoPeople } from '@/lib/accounts/views'
import type { Act } from '@/lib/views'
import { Gate } from './gate'

interface Props {
  view: DemoPeople
  /** A page waits elsewhere for the person who is signed in. */
  isAgain: boolean
  /** Signs in as that person and leads on by a redirect. */
  choose: Act<{ userId: string }>
}

/** The people of the demo: what each may do, one click to be them. */
export function DemoPeoplePage({ view, isAgain, choose }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const [busy, setBusy] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const pick = async (userId: string) => {
    setBusy(userId)
    const answer = await choose({ userId })
    if (!answer.ok) {
      setError(failure(answer.error))
      setBusy(null)
    }
  }
  const others = isAgain ? view.people.filter((person) => person.id === view.signedInAs) : []
  const people = others.length > 0 ? others : view.people
  return (
    <Gate title={t('accounts.whoAreYou')} sub={t('accounts.whoHelp')}>
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={error} />
        </div>
      ) : null}
      <ul className="people">
        {people.map((person) => (
          <li key={person.id}>
            <button type="button" disabled={busy !== null || person.isBlocked} onClick={() => void pick(person.id)}>
              <Avatar name={person.name} />
              <span className="grow">
                <b className="b">{person.name}</b> <span className="t3">{person.organizationName}</span>
                <small>{t(`accounts.part.${person.part}`)}</small>
              </span>
              {busy === person.id ? (
                <Stone shape="turning" tone="blue" />
              ) : person.isBlocked ? (
                <span className="tag">{t('accounts.isBlocked')}</span>
              ) : view.signedInAs === person.id ? (
                <span className="tag">{t('accounts.thisIsYou')}</span>
              ) : (
                <Icon name="chevron-right" size={14} />
              )}
            </button>
          </li>
        ))}
      </ul>
      <p className="t3 f12 mt-4">
        {t('accounts.privateWindows')} <Until at={view.expires} />
      </p>
    </Gate>
  )
}
