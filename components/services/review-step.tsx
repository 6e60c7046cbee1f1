'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Approvers } from '@/components/deploys/approval-rule'
import { DiffViewer } from '@/components/deploys/diff-viewer'
import { PlacedUnits } from '@/components/deploys/placed-units'
import { PlanSummarySection } from '@/components/deploys/plan-summary'
import { useWhen, WhenField } from '@/components/deploys/when-field'
import { useFrame } from '@/components/frame/frame-context'
import { RefusalHelp } from '@/components/frame/refusal-help'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { HashMark } from '@/components/ui/hash-mark'
import { Notice } from '@/components/ui/notice'
import { RailSection, Section } from '@/components/ui/section'
import type { PlanPreview } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { NewServiceView } from '@/lib/services/new-service-views'
import type { ActionResult, PublicError } from '@/lib/views'
import type { NewServiceActions } from './service-acts'
import type { Draft } from './use-draft'

interface Props {
  view: NewServiceView
  draft: Draft
  actions: NewServiceActions
  onBack: () => void
}

const lost: ActionResult<never> = { ok: false, error: { code: 'unavailable', message: '' } }

function useReview({ view, draft, actions }: Omit<Props, 'onBack'>) {
  const router = useRouter()
  const [plan, setPlan] = useState<PlanPreview | null>(null)
  const [error, setError] = useState<PublicError | null>(null)
  const [busy, setBusy] = useState<'plan' | 'request' | null>('plan')
  const time = useWhen()
  const where = { organizationSlug: view.organizationSlug, applicationSlug: view.applicationSlug }
  const load = async () => {
    setBusy('plan')
    const answer = await actions.preview({ ...where, ...draft.toDraft() }).catch(() => lost)
    if (answer.ok) setPlan(answer.data)
    else setError(answer.error)
    setBusy(null)
    return answer.ok
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step opens
  useEffect(() => void load(), [])
  const send = async () => {
    if (!plan) return
    setBusy('request')
    setError(null)
    const answer = await actions
      .request({ ...where, ...draft.toDraft(), expectedHash: plan.expectedHash, notBefore: time.when.notBefore })
      .catch(() => lost)
    if (answer.ok) {
      draft.finish()
      router.push(paths.deploy(view.organizationSlug, answer.data.number))
      return
    }
    setError(answer.error)
    setBusy(null)
    // What was looked at is no longer what would run: show the new plan, ask again.
    if (answer.error.code === 'plan_changed') await load()
  }
  const again = useCallback(() => setError(null), [])
  return { plan, error, busy, send, load, again, time }
}

function PlanPart({ plan }: { plan: PlanPreview }) {
  const t = useTranslations()
  return (
    <>
      <PlanSummarySection first summary={plan.summary} end={<HashMark hash={plan.hash} />} />
      <PlacedUnits summary={plan.summary} />
      <Section title={t('services.renderedFiles')}>
        <DiffViewer diff={plan.diff} serviceName={plan.title.serviceName} />
      </Section>
    </>
  )
}

export function ReviewStep({ view, draft, actions, onBack }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const frame = useFrame()
  const { plan, error, busy, send, time } = useReview({ view, draft, actions })
  return (
    <>
      <div className="cols">
        <div>
          {error ? (
            <div className="mb-4">
              <Notice
                tone="red"
                role="alert"
                title={failure(error)}
                acts={
                  <Button size="sm" onClick={onBack}>
                    {t('services.backToForm')}
                  </Button>
                }
              >
                <RefusalHelp error={error} />
              </Notice>
            </div>
          ) : null}
          {plan ? <PlanPart plan={plan} /> : busy === 'plan' ? <p className="t3">{t('plan.planning')}</p> : null}
        </div>
        <aside className="rail">
          <RailSection title={t('plan.why')}>
            <p className="t3 mb-2">{t('plan.whyHelp')}</p>
            <textarea className="input" rows={4} maxLength={500} aria-label={t('plan.why')} {...draft.form.register('reason')} />
            <WhenField {...time} />
          </RailSection>
          {plan ? (
            <RailSection title={t('approvals.title')}>
              <Approvers rule={plan.approval} environment={plan.environment} viewerId={frame?.frame.user.id} />
            </RailSection>
          ) : null}
        </aside>
      </div>
      <div className="dock">
        <Button onClick={onBack}>{t('services.backToForm')}</Button>
        <span className="grow" />
        {plan && !plan.approval.none ? (
          <span className="t3 f12 only-l">
            {t('services.asksApprovalOf')} <HashMark hash={plan.hash} />
          </span>
        ) : null}
        <Button
          tone="primary"
          busy={busy === 'request'}
          why={!plan ? t('plan.planning') : time.when.isWrong ? t('plan.timePassed') : undefined}
          onClick={() => void send()}
        >
          {t(plan?.approval.none ? 'services.requestDeploy' : 'plan.requestApproval')}
        </Button>
      </div>
    </>
  )
}
