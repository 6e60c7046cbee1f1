'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import type { UserView } from '@/lib/accounts/views'
import type { Act } from '@/lib/views'

export interface BlockActions {
  block: Act<{ userId: string; reason: string }>
  unblock: Act<{ userId: string }>
}

interface Props {
  user: UserView
  actions: BlockActions
  close: () => void
}

/** Keeps somebody out, with a reason; or lets them in again. */
export function BlockDialog({ user, actions, close }: Props) {
  const t = useTranslations()
  const [reason, setReason] = useState('')
  const acting = useAct()
  const { id: userId, name, blocked } = user
  if (blocked)
    return (
      <ActDialog
        title={t('users.unblockOf', { name })}
        verb={t('users.unblock')}
        why={undefined}
        acting={acting}
        act={() => actions.unblock({ userId })}
        close={close}
      >
        <p>{t('users.blockedBecause', { reason: blocked.reason })}</p>
        <p className="t2 below">{t('users.unblockHelp')}</p>
      </ActDialog>
    )
  const text = reason.trim()
  return (
    <ActDialog
      title={t('users.blockOf', { name })}
      verb={t('users.block')}
      danger
      why={text.length < 3 ? t('deploys.ask.sayWhy') : undefined}
      acting={acting}
      act={() => actions.block({ userId, reason: text })}
      close={close}
    >
      <p className="t2 mb-3">{t('users.blockHelp', { sessions: user.sessions })}</p>
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </ActDialog>
  )
}
