'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import type { Amounts } from '@/lib/quotas/amount-views'
import type { QuotaRequestView } from '@/lib/quotas/views'
import type { Act, PublicError } from '@/lib/views'
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
  actions: DecideActions
  close: () => void
}

/** Grant what was asked for, or another amount; or refuse it with a reason. */
export function DecideDialog({ request, decision, actions, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const words = useAmountWords()
  const [draft, setDraft] = useState(() => amountsDraftOf(request.amounts))
  const [answer, setAnswer] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const { amounts } = readAmounts(draft)
  const isRefusal = decision === 'refuse'
  const why = isRefusal ? (answer.trim().length < 3 ? t('deploys.ask.sayWhy') : undefined) : amounts ? undefined : t('config.fixFirst')
  const send = async () => {
    setBusy(true)
    const { id } = request
    const text = answer.trim()
    const result = isRefusal
      ? await actions.refuse({ id, answer: text })
      : await actions.approve({ id, amounts: amounts ?? request.amounts, ...(text ? { answer: text } : {}) })
    setBusy(false)
    if (!result.ok) return setError(result.error)
    close()
    router.refresh()
  }
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={t(`quotas.${decision}Of`, { organization: request.organization.name, runtime: request.runtime.name })}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone={isRefusal ? 'danger' : 'primary'} busy={busy} why={why} onClick={() => void send()}>
            {t(`quotas.${decision}`)}
          </Button>
        </>
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      <p className="t2 mb-3">
        {request.requester.name}: “{request.reason}”{' '}
        {request.quota ? t('quotas.hasNow', { amounts: words.list(request.quota) }) : t('quotas.notGranted')}
      </p>
      {isRefusal ? null : <AmountsFields value={draft} onChange={setDraft} />}
      <label className="typed">
        <span className="b">{t(isRefusal ? 'plan.why' : 'quotas.answerMay')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={answer} onChange={(event) => setAnswer(event.target.value)} />
      </label>
    </Dialog>
  )
}
