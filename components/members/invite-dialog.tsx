'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import type { MembersView } from '@/lib/members/views'
import type { RoleName } from '@/lib/organizations/views'
import type { Act } from '@/lib/views'

export type InviteAct = Act<
  { organization: string; application?: string; role: RoleName; email?: string },
  { id: string; path: string; expires: string }
>

const whole = ' '

/** A link for one person, shown once. */
export function InviteDialog({ view, invite, close }: { view: MembersView; invite: InviteAct; close: () => void }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [role, setRole] = useState<RoleName>('developer')
  const [application, setApplication] = useState(whole)
  const [email, setEmail] = useState('')
  const [made, setMade] = useState<{ path: string; expires: string } | null>(null)
  const { busy, error, run } = useAct()
  const roles = view.roles.filter((one) => one !== 'owner' || application === whole)
  const send = async () => {
    const answer = await run(() =>
      invite({
        organization: view.organization.slug,
        role: roles.includes(role) ? role : 'developer',
        ...(application === whole ? {} : { application }),
        ...(email.trim() ? { email: email.trim() } : {}),
      }),
    )
    if (!answer.ok) return
    setMade(answer.data)
    router.refresh()
  }
  const address = made ? window.location.origin + made.path : ''
  const emailError = error?.fields?.email ? t('setup.badEmail') : undefined
  return (
    <Dialog
      open
      onClose={close}
      title={t('members.invite')}
      footer={
        made ? (
          <Button tone="primary" onClick={close}>
            {t('ui.close')}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t('ui.cancel')}</Button>
            <Button tone="primary" busy={busy} onClick={() => void send()}>
              {t('members.makeLink')}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <>
          <p className="mb-3">{t('members.linkMade')}</p>
          <span className="row">
            <code className="code grow break-all">{address}</code>
            <CopyButton text={address} />
          </span>
          <p className="t2 below">
            {t('members.goodFor')} <Until at={made.expires} />
          </p>
        </>
      ) : (
        <>
          {error && !emailError ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
          <Field id="invite-role" label={t('members.role')} help={t(`accounts.part.${role}`)}>
            <Select
              id="invite-role"
              value={role}
              onChange={(next) => setRole(next as RoleName)}
              options={roles.map((one) => ({ value: one, label: t(`users.role.${one}`) }))}
            />
          </Field>
          <Field id="invite-where" label={t('members.where')} help={t('members.whereHelp')}>
            <Select
              id="invite-where"
              value={application}
              onChange={setApplication}
              options={[
                { value: whole, label: t('members.whole') },
                ...view.applications.map((one) => ({ value: one.slug, label: one.name })),
              ]}
            />
          </Field>
          <Field id="invite-email" label={t('users.email')} help={t('members.emailHelp')} error={emailError}>
            <Input
              id="invite-email"
              type="email"
              bad={emailError !== undefined}
              aria-describedby={describedBy('invite-email', emailError, true)}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </Field>
        </>
      )}
    </Dialog>
  )
}
