'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useEffectWords } from '@/components/deploys/effects'
import { Blast } from '@/components/deploys/plan-summary'
import { RefusalHelp } from '@/components/frame/refusal-help'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { HashMark } from '@/components/ui/hash-mark'
import { Stone } from '@/components/ui/stone'
import type { StoneShape } from '@/components/ui/stone-shapes'
import type { Tone } from '@/components/ui/tone'
import type { PlanPreview } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { type BulkItem, losesData } from './bulk-state'

const stones: Record<Exclude<BulkItem['step'], 'ready'>, readonly [StoneShape, Tone]> = {
  planning: ['turning', 'blue'],
  asking: ['turning', 'blue'],
  asked: ['ok', 'green'],
  refused: ['slash', 'none'],
  failed: ['bad', 'red'],
  unsure: ['unknown', 'none'],
}

/** Where it stands: its plan, or what became of it. */
function Stands({ item, org }: { item: BulkItem; org: string }) {
  const t = useTranslations()
  if (item.step === 'ready') return item.plan ? <HashMark hash={item.plan.hash} /> : null
  const [shape, tone] = stones[item.step]
  return (
    <span className={`st ${tone}`}>
      <Stone shape={shape} />
      {t(`services.bulk.step.${item.step}`)}
      {item.number === undefined ? null : ' '}
      {item.number === undefined ? null : (
        <Link className="u mono" href={paths.deploy(org, item.number)}>
          #{item.number}
        </Link>
      )}
    </span>
  )
}

function Why({ item }: { item: BulkItem }) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  if (item.gate) return <p className="t2">{refusal(item.gate)}</p>
  if (!item.error) return null
  return (
    <p className="t2">
      {item.step === 'unsure' ? t('services.bulk.unsureHelp') : failure(item.error)} <RefusalHelp error={item.error} />
    </p>
  )
}

function Plan({ plan, isOpen }: { plan: PlanPreview; isOpen: boolean }) {
  const t = useTranslations()
  const effectWords = useEffectWords()
  const { counts, machines, dependents } = plan.summary
  const said = [
    effectWords(counts),
    machines.length > 0 ? t('plan.machines', { count: machines.length }) : null,
    dependents.length > 0 ? t('plan.dependents', { count: dependents.length, names: dependents.map((one) => one.name).join(', ') }) : null,
    plan.approval.none ? t('services.bulk.atOnce') : t('services.bulk.approvals', { count: plan.approval.needed }),
  ]
  return (
    <details className="bulk-plan" open={isOpen}>
      <summary>{said.filter(Boolean).join(' · ')}</summary>
      <Blast summary={plan.summary} />
    </details>
  )
}

interface Props {
  item: BulkItem
  organizationSlug: string
  /** Few rows show all of their plans. */
  isOpen: boolean
}

/** One of the selected services: what would happen to it and who is asked, or why it cannot be. */
export function BulkRow({ item, organizationSlug, isOpen }: Props) {
  const showsPlan = item.plan && item.step !== 'asked'
  return (
    <li className="bulk-row" data-step={item.step}>
      <div className="row wrap">
        <b className="b">{item.row.name}</b>
        <EnvironmentTag environment={item.row.environment} />
        <span className="grow" />
        <Stands item={item} org={organizationSlug} />
      </div>
      <Why item={item} />
      {showsPlan && item.plan ? <Plan plan={item.plan} isOpen={isOpen || losesData(item)} /> : null}
    </li>
  )
}
