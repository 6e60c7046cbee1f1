'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { usePolicyWords } from '@/components/policies/policy-words'
import { Ago, Exact } from '@/components/ui/ago'
import { Avatar } from '@/components/ui/avatar'
import { HashMark } from '@/components/ui/hash-mark'
import { Stone } from '@/components/ui/stone'
import type { ApprovalRule, ApprovalView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { Environment } from '@/lib/views'

interface Props {
  rule: ApprovalRule
  environment: Environment
  viewerId: string | undefined
  requesterName?: string
  decisions?: ApprovalView[]
  /** Where the policy stands; missing = it is not linked. */
  organizationSlug?: string | null
}

/** Who has to say yes, as a sentence. */
export function RuleSentence({ rule, environment, requesterName }: Pick<Props, 'rule' | 'environment' | 'requesterName'>) {
  const t = useTranslations()
  if (rule.none) return <p className="t2">{t('approvals.none', { environment: t(`environment.${environment}`) })}</p>
  if (rule.secondConfirmationAt) {
    return (
      <p className="t2">
        {t('approvals.second')} <Exact at={rule.secondConfirmationAt} />
      </p>
    )
  }
  return (
    <p className="t2">
      {t(`policies.rule.${rule.roles.length === 1 ? (rule.roles[0] ?? 'both') : 'both'}`, {
        environment: t(`environment.${environment}`),
        count: rule.needed,
        not: requesterName ?? t('approvals.you'),
      })}
    </p>
  )
}

/** That its environment takes no changes now, and when it does again. */
export function ShutUntil({ shut }: { shut: NonNullable<ApprovalRule['shut']> }) {
  const t = useTranslations()
  const { exact } = usePolicyWords()
  const at = exact(shut.opensAt)
  return (
    <p className="row">
      <Stone shape="clock" tone="blue" />
      <span>{shut.freeze ? t('policies.opensFrozen', { reason: shut.freeze, at }) : t('policies.opens', { at })}</span>
    </p>
  )
}

/** Which rule it is that asks. */
function RuleLink({ rule, org }: { rule: ApprovalRule; org: string }) {
  const t = useTranslations()
  const text = rule.version ? t('policies.byVersion', { version: rule.version }) : t('policies.byFloor')
  return (
    <p className="f12">
      <Link className="u t3" href={paths.policies(org)}>
        {text}
      </Link>
    </p>
  )
}

const standingVersion = (policy: string | null): string | undefined => /^standing:(\d+)$/.exec(policy ?? '')?.[1]

export function Decisions({ decisions }: { decisions: ApprovalView[] }) {
  const t = useTranslations()
  const nameOf = ({ person, policy }: ApprovalView) => {
    const version = standingVersion(policy)
    return person?.name ?? (version ? t('policies.standingBy', { version }) : policy)
  }
  return (
    <ul className="plain tight">
      {decisions.map((one) => (
        <li key={one.id} className={one.standing === 'counts' ? undefined : 'gone'}>
          <Avatar name={nameOf(one) ?? '–'} />
          <span className="grow">
            <span className="b">{nameOf(one)}</span>{' '}
            <span className="t2">
              {one.standing === 'counts' ? t(`approvals.did.${one.decision}`) : t(`approvals.standing.${one.standing}`)}
            </span>
            {one.standing === 'void' ? (
              <>
                {' '}
                <HashMark hash={one.planHash} voided />
              </>
            ) : null}
            {one.reason ? <span className="t3 quote">“{one.reason}”</span> : null}
            {one.lostReason ? <span className="t3 quote">{t(`policies.lost.${one.lostReason}` as never)}</span> : null}
            {one.address ? <span className="t3 quote">{t('policies.fromAddress', { address: one.address })}</span> : null}
            {one.review ? (
              <span className="t3 quote">{t('policies.reviewedBy', { name: one.review.by.name, note: one.review.note })}</span>
            ) : null}
          </span>
          <Ago at={one.at} className="t3 f12 nowrap" />
        </li>
      ))}
    </ul>
  )
}

/** Those whose approval would count, after those who have given theirs. */
export function Approvers({ rule, environment, viewerId, requesterName, decisions = [], organizationSlug }: Props) {
  const t = useTranslations()
  const decided = new Set(decisions.filter((one) => one.standing === 'counts').map((one) => one.person?.id))
  const open = rule.given < rule.needed ? rule.mayApprove.filter((person) => !decided.has(person.id)) : []
  return (
    <>
      <RuleSentence rule={rule} environment={environment} {...(requesterName ? { requesterName } : {})} />
      {rule.shut ? <ShutUntil shut={rule.shut} /> : null}
      {organizationSlug && rule.version !== null ? <RuleLink rule={rule} org={organizationSlug} /> : null}
      {decisions.length > 0 ? <Decisions decisions={decisions} /> : null}
      <ul className="plain tight">
        {open.slice(0, 8).map((person) => (
          <li key={person.id}>
            <Avatar name={person.name} />
            <span className="grow">
              <span className="b">{person.name}</span>{' '}
              <span className="t2">{t(person.id === viewerId ? 'approvals.youMay' : 'approvals.may')}</span>
            </span>
          </li>
        ))}
      </ul>
      {open.length > 8 ? <p className="t3 f12">{t('approvals.more', { count: open.length - 8 })}</p> : null}
    </>
  )
}
