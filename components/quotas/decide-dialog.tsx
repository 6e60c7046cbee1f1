'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { Notice } from '@/components/ui/notice'
import type { Amounts } from '@/lib/quotas/amount-views'
import type { QuotaRequestView, SharedPool } from '@/lib/quotas/views'
import type { Act } from '@/lib/views'
import { amountsDraftOf, readAmounts } from './amounts-draft'
import { AmountsFields } from './amounts-fields'
import { useAmountWords } from './use-amount-words'

export interface DecideActions {
  approve: Act<{ id: string; amounts: Amounts; answer?: string }>
  refuse: Act<{ id: string; answer: string }>
}

interface Props {
  request: QuotaRequestView
  decision: 'approve' | 'refuse'
  shared: readonly SharedPool[]
  actions: DecideActions
  close: () => void
}

/** On machines whose units share one account a second organisation finds only those that serve nobody else. */
function SharedNotice({ request, shared }: Pick<Props, 'request' | 'shared'>) {
  const t = useTranslations()
  const pool = shared.find((one) => one.runtimeId === request.runtime.id)
  const others = pool?.organizations.filter((name) => name !== request.organization.name) ?? []
  if (!pool || others.length === 0) return null
  return (
    <Notice tone="amber" shape="warn" title={t('runAs.ofPool', { machines: pool.machines, shared: pool.shared })}>
      {t('runAs.second', { organizations: others.join(', ') })}
    </Notice>
  )
}

/** Grant what was asked for, or another amount; or refuse it with a reason. */
export function DecideDialog({ request, decision, shared, actions, close }: Props) {
  const t = useTranslations()
  const words = useAmountWords()
  const [draft, setDraft] = useState(() => amountsDraftOf(request.amounts))
  const [answer, setAnswer] = useState('')
  const acting = useAct()
  const { amounts } = readAmounts(draft)
  const isRefusal = decision === 'refuse'
  const why = isRefusal ? (answer.trim().length < 3 ? t('deploys.ask.sayWhy') : undefined) : amounts ? undefined : t('config.fixFirst')
  const { id } = request
  const text = answer.trim()
  const refuse = () => actions.refuse({ id, answer: text })
  const approve = amounts && (() => actions.approve({ id, amounts, ...(text ? { answer: text } : {}) }))
  return (
    <ActDialog
      title={t(`quotas.${decision}Of`, { organization: request.organization.name, runtime: request.runtime.name })}
      verb={t(`quotas.${decision}`)}
      danger={isRefusal}
      wide
      why={why}
      acting={acting}
      act={isRefusal ? refuse : approve}
      close={close}
    >
      <p className="t2 mb-3">
        {request.requester.name}: “{request.reason}”{' '}
        {request.quota ? t('quotas.hasNow', { amounts: words.list(request.quota) }) : t('quotas.notGranted')}
      </p>
      {isRefusal ? null : <SharedNotice request={request} shared={shared} />}
      {isRefusal ? null : <AmountsFields value={draft} onChange={setDraft} />}
      <label className="typed">
        <span className="b">{t(isRefusal ? 'plan.why' : 'quotas.answerMay')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={answer} onChange={(event) => setAnswer(event.target.value)} />
      </label>
    </ActDialog>
  )
}
