'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { CommandText, useSpread } from '@/components/commands/command-words'
import { useDeployTitle } from '@/components/deploys/deploy-words'
import { useEffectWords } from '@/components/deploys/effects'
import { PlanChangeDialog } from '@/components/deploys/plan-change'
import { useZone } from '@/components/deploys/when-field'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago, Exact } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { KeyValues } from '@/components/ui/facts'
import { HashMark } from '@/components/ui/hash-mark'
import { Icon } from '@/components/ui/icon'
import { Stone } from '@/components/ui/stone'
import type { CommandPart } from '@/lib/deploys/plan-views'
import type { ApprovalCard } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import type { ReviewAct } from './reviews'

export interface ApprovalActions {
  approve: Act<{ recordId: string; planHash: string }>
  withdraw: Act<{ recordId: string }>
  review: ReviewAct
}

interface Props {
  card: ApprovalCard
  organizationSlug: string
  actions: ApprovalActions
  selected: boolean
}

/** A command changes nothing that could be counted: what is run is what is decided. */
function CommandMeta({ command }: { command: CommandPart }) {
  const t = useTranslations()
  const spread = useSpread()
  return (
    <>
      <div className="meta">
        <span className="row">
          <Icon name="terminal" size={14} />
          <b className="b">{t('commands.count', { count: command.targets })}</b> {spread(command)}
        </span>
      </div>
      <CommandText command={command} />
    </>
  )
}

function Meta({ card }: { card: ApprovalCard }) {
  const t = useTranslations()
  const effectWords = useEffectWords()
  const summary = card.summary
  if (!summary) return null
  if (summary.command) return <CommandMeta command={summary.command} />
  const keep = summary.rolling ? Math.max(0, summary.rolling.units - summary.rolling.maxUnavailable) : null
  return (
    <div className="meta">
      <span className="row">
        <Icon name="services" size={14} />
        <b className="b">{effectWords(summary.counts)}</b>{' '}
        {summary.machines.length > 0
          ? t('approvals.onMachines', {
              machines:
                summary.machines.length > 4
                  ? t('plan.machines', { count: summary.machines.length })
                  : summary.machines
                      .map((one) => one.name)
                      .sort()
                      .join(', '),
            })
          : null}
      </span>
      {keep !== null && summary.rolling ? (
        <span className="row">
          <Icon name="restart" size={14} />
          {t('approvals.keepServing', { keep, units: summary.rolling.units })}
        </span>
      ) : null}
      <span className="row">
        <Icon name="undo" size={14} />
        {t(`plan.undo.${summary.undo.how}`, {
          release: summary.undo.to ? `r${summary.undo.to.number}` : '',
          version: summary.undo.to?.version ?? '',
        })}
      </span>
    </div>
  )
}

function Voided({ card }: { card: ApprovalCard }) {
  const t = useTranslations()
  const [open, setOpen] = useState(false)
  const change = card.planChange
  if (!change) return null
  return (
    <p className="row wrap voided">
      <Stone shape="ask" tone="amber" size={14} />
      {card.voided[0] ? t('plan.approvalVoid', { name: card.voided[0].person?.name ?? '' }) : t('plan.changedSince')}{' '}
      <HashMark hash={change.fromHash} voided />
      <button type="button" className="link" onClick={() => setOpen(true)}>
        {t('plan.whatChanged')}
      </button>
      <PlanChangeDialog change={change} open={open} onClose={() => setOpen(false)} />
    </p>
  )
}

function Buttons({ card, organizationSlug, actions, selected }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error: refused, run: ask } = useAct()
  const error = refused && failure(refused)
  const run = (act: () => ReturnType<ApprovalActions['approve']>) => ask(act).then(() => router.refresh())
  const why = refusal(card.gates.approve)
  const mine = card.gates.withdraw.allowed
  return (
    <>
      {why && !mine ? <span className="avoid">{why}</span> : null}
      <div className="row acts-r">
        {mine ? (
          <Button busy={busy} onClick={() => void run(() => actions.withdraw({ recordId: card.id }))}>
            {t('deploys.act.withdraw')}
          </Button>
        ) : why ? null : (
          <>
            <Link className="btn" href={paths.deploy(organizationSlug, card.number)}>
              {t('overview.review')}
            </Link>
            <Button
              tone={selected ? 'primary' : 'plain'}
              busy={busy}
              onClick={() => void run(() => actions.approve({ recordId: card.id, planHash: card.planHash ?? '' }))}
            >
              {t('deploys.act.approve')}
            </Button>
          </>
        )}
      </div>
      {error ? (
        <p className="err-line" role="alert">
          <Stone shape="bad" tone="red" />
          {error}
        </p>
      ) : null}
    </>
  )
}

function NotBefore({ at }: { at: string }) {
  const zone = useZone(at)
  return (
    <span>
      <Exact at={at} date /> <span className="t3">{zone}</span>
    </span>
  )
}

/** One request: what it does, whose it is, what it takes; the plan it would sign. */
export function ApprovalCardView(props: Props) {
  const { card, organizationSlug, selected } = props
  const t = useTranslations()
  const titleOf = useDeployTitle()
  return (
    <article className={selected ? 'ask-row is-sel' : 'ask-row'}>
      <div>
        <div className="row wrap">
          <h2>
            <Link href={paths.deploy(organizationSlug, card.number)}>{titleOf(card.title)}</Link>
          </h2>
          <span className="mono t3">#{card.number}</span>
          <EnvironmentTag environment={card.environment} />
          {card.summary && card.summary.dataLost.length > 0 ? (
            <span className="st red">
              <Stone shape="warn" />
              {t('plan.dataIsLost')}
            </span>
          ) : null}
        </div>
        {card.reason ? <p className="why">“{card.reason}”</p> : null}
        <Meta card={card} />
        <Voided card={card} />
      </div>
      <div className="side-b">
        <KeyValues
          rows={[
            [t('deploys.facts.plan'), card.planHash ? <HashMark key="h" hash={card.planHash} /> : '–'],
            [
              t('approvals.asked'),
              <span key="a">
                {card.requester.name}, <Ago at={card.createdAt} as="ago" />
              </span>,
            ],
            card.notBefore && card.scheduled ? [t('deploys.facts.notBefore'), <NotBefore key="b" at={card.notBefore} />] : null,
            [t('approvals.needs'), t('approvals.ofAdmins', { given: card.approvalRule.given, needed: card.approvalRule.needed })],
          ]}
        />
        <Buttons {...props} />
      </div>
    </article>
  )
}
