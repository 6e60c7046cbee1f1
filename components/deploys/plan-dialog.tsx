'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { RefusalHelp } from '@/components/frame/refusal-help'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { HashMark } from '@/components/ui/hash-mark'
import { Notice } from '@/components/ui/notice'
import type { PlanPreview } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { ActionResult, PublicError } from '@/lib/views'
import { RuleSentence } from './approval-rule'
import { DiffViewer, filesIn } from './diff-viewer'
import { PlacedUnits } from './placed-units'
import { PlanSummarySection } from './plan-summary'
import { useWhen, WhenField } from './when-field'

export interface PlanRequest {
  reason: string
  notBefore?: string | undefined
  expectedHash: string
}

/** A form that asks for what there is already is no mistake: it was just opened. */
const nothingToDo = { tone: 'none', shape: 'slash' } as const
const refusedLook = { tone: 'red', role: 'alert' } as const

interface Props {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** The verb on the button when no approval is asked for. */
  verb: string
  organizationSlug: string | null
  /** Changes whenever another preview is wanted. */
  previewKey: string
  preview: () => Promise<ActionResult<PlanPreview>>
  request: (input: PlanRequest) => Promise<ActionResult<{ number: number }>>
  /** Inputs that shape the plan. */
  children?: ReactNode
  /** The name to type when data is lost. */
  nameToType: string
  danger?: boolean
  /** It may be asked for a later time. */
  canWait?: boolean
  /** Where it goes on, when not simply from this page to the record. */
  onAsked?: (href: string) => void
}

/** Previews again whenever the question changed; an answer to an older question is dropped. */
function usePreview(open: boolean, key: string, preview: Props['preview']) {
  const [answer, setAnswer] = useState<{ key: string; result: ActionResult<PlanPreview> } | null>(null)
  const [again, setAgain] = useState(0)
  const latest = useRef(preview)
  latest.current = preview
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks for the same preview anew
  useEffect(() => {
    if (!open) return
    let dropped = false
    const timer = setTimeout(() => {
      latest.current().then(
        (result) => dropped || setAnswer({ key, result }),
        () => dropped || setAnswer({ key, result: { ok: false, error: { code: 'unavailable', message: '' } } }),
      )
    }, 150)
    return () => {
      dropped = true
      clearTimeout(timer)
    }
  }, [open, key, again])
  return { result: answer?.result ?? null, fresh: answer?.key === key, askAgain: () => setAgain((before) => before + 1) }
}

/** Nothing about the question was wrong, so asking it again may help. */
const isOurs = ({ code }: PublicError): boolean => code === 'unavailable' || code === 'internal'

function PlanBody({ plan }: { plan: PlanPreview }) {
  const t = useTranslations()
  return (
    <>
      <PlanSummarySection first summary={plan.summary} end={<HashMark hash={plan.hash} />} />
      <PlacedUnits summary={plan.summary} />
      {filesIn(plan.diff) > 0 ? (
        <details className="sec" open={filesIn(plan.diff) <= 12}>
          <summary>{t('plan.diffOf', { count: filesIn(plan.diff) })}</summary>
          <DiffViewer diff={plan.diff} serviceName={plan.title.serviceName} />
        </details>
      ) : null}
      <div className="sec row wrap">
        <EnvironmentTag environment={plan.environment} />
        <RuleSentence rule={plan.approval} environment={plan.environment} />
      </div>
    </>
  )
}

/** Any change of a service: shape it, see its plan, effects and diff, say why, ask for it. */
export function PlanDialog({
  open,
  onClose,
  title,
  verb,
  organizationSlug,
  previewKey,
  preview,
  request,
  children,
  nameToType,
  danger,
  canWait,
  onAsked,
}: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const time = useWhen()
  const { busy, error, run } = useAct()
  const cancel = useRef<HTMLButtonElement>(null)
  const { result, fresh, askAgain } = usePreview(open, previewKey, preview)
  const plan = result?.ok ? result.data : null
  const loses = (plan?.summary.dataLost.length ?? 0) > 0
  const why =
    !fresh || !plan
      ? result && !result.ok
        ? failure(result.error)
        : t('plan.planning')
      : loses && typed !== nameToType
        ? t('ui.typeFirst', { name: nameToType })
        : time.when.isWrong
          ? t('plan.timePassed')
          : undefined
  const send = async () => {
    if (!plan) return
    const answer = await run(() => request({ reason, expectedHash: plan.expectedHash, notBefore: time.when.notBefore }))
    if (answer.ok) {
      const href = paths.deploy(organizationSlug, answer.data.number)
      if (onAsked) return onAsked(href)
      onClose()
      return router.push(href)
    }
    if (answer.error.code === 'plan_changed') askAgain()
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={title}
      {...(danger ? { focus: cancel } : {})}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button tone={danger ? 'danger-solid' : 'primary'} why={why} busy={busy} onClick={() => void send()}>
            {plan && !plan.approval.none && !danger ? t('plan.requestApproval') : verb}
          </Button>
        </>
      }
    >
      <div className="plan-in">{children}</div>
      {error ? (
        <Notice tone="red" role="alert" title={failure(error)}>
          {error.code === 'plan_changed' ? t('plan.lookAgain') : null}
        </Notice>
      ) : null}
      {result && !result.ok && fresh ? (
        <Notice
          {...(result.error.code === 'nothing_to_do' ? nothingToDo : refusedLook)}
          title={failure(result.error)}
          acts={isOurs(result.error) ? <Button onClick={askAgain}>{t('ui.tryNow')}</Button> : null}
        >
          <RefusalHelp error={result.error} />
        </Notice>
      ) : null}
      <div className={fresh ? undefined : 'dim'} aria-busy={!fresh}>
        {plan ? <PlanBody plan={plan} /> : result ? null : <p className="t3">{t('plan.planning')}</p>}
      </div>
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {canWait ? <WhenField {...time} /> : null}
      {loses ? (
        <label className="typed">
          <span>{t.rich('ui.typeToGoOn', { name: () => <code>{nameToType}</code> })}</span>
          <span className="input">
            <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
          </span>
        </label>
      ) : null}
    </Dialog>
  )
}
