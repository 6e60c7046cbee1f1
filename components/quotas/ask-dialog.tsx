'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { type Amounts, amountKinds } from '@/lib/quotas/amount-views'
import type { RuntimesView } from '@/lib/quotas/views'
import type { Act, PublicError } from '@/lib/views'
import { amountsDraftOf, readAmounts } from './amounts-draft'
import { AmountsFields } from './amounts-fields'
import { useAmountWords } from './use-amount-words'

export type AskQuota = Act<{ organization: string; runtimeId: string; amounts: Amounts; reason: string }>

interface Props {
  view: RuntimesView
  /** The pool that it is about, and what it lacks beyond its quota. */
  runtimeId: string | null
  more: Partial<Amounts>
  ask: AskQuota
  close: () => void
}

type Runtime = RuntimesView['runtimes'][number]

/** What it has, and what it lacks on top of that. */
function startOf(runtime: Runtime | undefined, more: Partial<Amounts>): Amounts | null {
  const { quota, used } = runtime ?? {}
  const amounts = amountKinds.map((kind) => {
    const lacking = more[kind] ?? 0
    const now = quota?.[kind] ?? null
    return [kind, lacking > 0 ? Math.max(now ?? 0, (used?.[kind] ?? 0) + lacking) : now] as const
  })
  return Object.fromEntries(amounts) as Record<(typeof amountKinds)[number], number | null>
}

/** Ask operators for a pool, or for another quota. */
export function AskDialog({ view, runtimeId, more, ask, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  const router = useRouter()
  const words = useAmountWords()
  const [chosen, choose] = useState(view.runtimes.find((one) => one.id === runtimeId)?.id ?? view.runtimes[0]?.id ?? '')
  const runtime = view.runtimes.find((one) => one.id === chosen)
  const [draft, setDraft] = useState(() => amountsDraftOf(startOf(runtime, more)))
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const { amounts } = readAmounts(draft)
  const why = !runtime
    ? t('services.runtimeNeeded')
    : (refusal(runtime.ask) ?? (amounts ? (reason.trim().length < 3 ? t('deploys.ask.sayWhy') : undefined) : t('config.fixFirst')))
  const send = async () => {
    if (!amounts) return
    setBusy(true)
    const answer = await ask({ organization: view.organizationSlug, runtimeId: chosen, amounts, reason: reason.trim() })
    setBusy(false)
    if (!answer.ok) return setError(answer.error)
    close()
    router.refresh()
  }
  return (
    <Dialog
      open
      onClose={close}
      wide
      title={t('quotas.ask')}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} why={why} onClick={() => void send()}>
            {t('quotas.send')}
          </Button>
        </>
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      <p className="t2 mb-3">{t('quotas.askHelp')}</p>
      <Field
        id="ask-runtime"
        label={t('services.runtime')}
        help={runtime?.quota ? t('quotas.hasNow', { amounts: words.list(runtime.quota) }) : t('quotas.notGranted')}
      >
        <Select
          id="ask-runtime"
          value={chosen || null}
          onChange={(next) => {
            choose(next)
            setDraft(
              amountsDraftOf(
                startOf(
                  view.runtimes.find((one) => one.id === next),
                  {},
                ),
              ),
            )
          }}
          placeholder={t('config.choose')}
          options={view.runtimes.map((one) => ({
            value: one.id,
            label: (
              <>
                {one.name} <EnvironmentTag environment={one.environment} />
              </>
            ),
            why: refusal(one.ask),
          }))}
        />
      </Field>
      <AmountsFields value={draft} onChange={setDraft} />
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </Dialog>
  )
}
