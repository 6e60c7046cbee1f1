'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useDeployTitle } from '@/components/deploys/deploy-words'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Void } from '@/components/ui/void'
import type { ApprovalsView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'

export type ReviewAct = Act<{ recordId: string; approvalId: string; note: string }>
type Review = ApprovalsView['reviews'][number]

/** Emergencies that an owner has yet to look at. */
export function Reviews({ items, organizationSlug: org, review }: { items: Review[]; organizationSlug: string; review: ReviewAct }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  const refusal = useRefusal()
  const [asked, ask] = useState<Review | null>(null)
  if (items.length === 0)
    return (
      <Void kind="none-yet" title={t('policies.noReviews')}>
        {t('policies.noReviewsHelp')}
      </Void>
    )
  return (
    <div className="bleed">
      {items.map((item) => {
        const { deploy, approval, gate } = item
        const why = refusal(gate)
        return (
          <article key={approval.id} className="ask-row">
            <div>
              <div className="row wrap">
                <h2>
                  <Link href={paths.deploy(org, deploy.number)}>{titleOf(deploy.title)}</Link>
                </h2>
                <span className="mono t3">#{deploy.number}</span>
                <EnvironmentTag environment={deploy.environment} />
              </div>
              <p className="why">“{approval.reason}”</p>
              <p className="t2">
                {t('policies.overriddenBy', { name: approval.person?.name ?? '' })} <Ago at={approval.at} as="ago" />
              </p>
            </div>
            <div className="side-b">
              {why ? <span className="avoid">{why}</span> : null}
              <div className="row acts-r">
                <Button why={why} onClick={() => ask(item)}>
                  {t('policies.review')}
                </Button>
              </div>
            </div>
          </article>
        )
      })}
      {asked ? <ReviewDialog item={asked} review={review} close={() => ask(null)} /> : null}
    </div>
  )
}

function ReviewDialog({ item: { deploy, approval }, review, close }: { item: Review; review: ReviewAct; close: () => void }) {
  const t = useTranslations()
  const [note, setNote] = useState('')
  const text = note.trim()
  return (
    <ActDialog
      title={t('policies.reviewOf', { number: deploy.number })}
      verb={t('policies.reviewVerb')}
      why={text.length < 3 ? t('deploys.ask.sayWhy') : undefined}
      acting={useAct()}
      act={() => review({ recordId: deploy.id, approvalId: approval.id, note: text })}
      close={close}
    >
      <p className="t2">{t('policies.reviewHelp')}</p>
      <label className="typed">
        <span className="b">{t('policies.reviewNote')}</span>
        <textarea className="input" rows={3} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
    </ActDialog>
  )
}
