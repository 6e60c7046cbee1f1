'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { MembersView } from '@/lib/members/views'
import type { RoleName } from '@/lib/organizations/views'
import type { Act } from '@/lib/views'

export type AskedRole = Exclude<RoleName, 'owner'>
export type AskRoleAct = Act<{ organization: string; role: AskedRole; reason: string }>

interface Props {
  view: MembersView
  /** What one wanted to do when one was refused: chosen first. */
  role: AskedRole
  ask: AskRoleAct
  close: () => void
}

/** A stronger role is asked for; those who may give it find it on this page. */
export function AskRoleDialog({ view, role: wanted, ask, close }: Props) {
  const t = useTranslations()
  const [role, setRole] = useState<AskedRole>(wanted)
  const [reason, setReason] = useState('')
  const text = reason.trim()
  return (
    <ActDialog
      title={t('members.askTitle')}
      verb={t('members.askVerb')}
      why={text.length < 3 ? t('deploys.ask.sayWhy') : undefined}
      acting={useAct()}
      act={() => ask({ organization: view.organization.slug, role, reason: text })}
      close={close}
    >
      <Field id="ask-role" label={t('members.role')} help={t(`accounts.part.${role}`)}>
        <Select
          id="ask-role"
          value={role}
          onChange={(next) => setRole(next as AskedRole)}
          options={view.askable.map((one) => ({ value: one, label: t(`users.role.${one}`) }))}
        />
      </Field>
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </ActDialog>
  )
}
