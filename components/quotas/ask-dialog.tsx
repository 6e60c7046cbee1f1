'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { type Amounts, amountKinds } from '@/lib/quotas/amount-views'
import type { RuntimesView } from '@/lib/quotas/views'
import type { Act } from '@/lib/views'
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
  const refusal = useRefusal()
  const words = useAmountWords()
  const [chosen, choose] = useState(view.runtimes.find((one) => one.id === runtimeId)?.id ?? view.runtimes[0]?.id ?? '')
  const runtime = view.runtimes.find((one) => one.id === chosen)
  const [draft, setDraft] = useState(() => amountsDraftOf(startOf(runtime, more)))
  const [reason, setReason] = useState('')
  const acting = useAct()
  const { amounts } = readAmounts(draft)
  const why = !runtime
    ? t('services.runtimeNeeded')
    : (refusal(runtime.ask) ?? (amounts ? (reason.trim().length < 3 ? t('deploys.ask.sayWhy') : undefined) : t('config.fixFirst')))
  const send = amounts && (() => ask({ organization: view.organizationSlug, runtimeId: chosen, amounts, reason: reason.trim() }))
  return (
    <ActDialog title={t('quotas.ask')} verb={t('quotas.send')} wide why={why} acting={acting} act={send} close={close}>
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
    </ActDialog>
  )
}
