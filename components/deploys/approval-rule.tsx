'use client'

import { useTranslations } from 'use-intl'
import { Ago, Exact } from '@/components/ui/ago'
import { Avatar } from '@/components/ui/avatar'
import { HashMark } from '@/components/ui/hash-mark'
import type { ApprovalRule, ApprovalView } from '@/lib/deploys/views'
import type { Environment } from '@/lib/views'

interface Props {
  rule: ApprovalRule
  environment: Environment
  viewerId: string | undefined
  requesterName?: string
  decisions?: ApprovalView[]
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
      {t('approvals.rule', { environment: t(`environment.${environment}`), count: rule.needed, not: requesterName ?? t('approvals.you') })}
    </p>
  )
}

export function Decisions({ decisions }: { decisions: ApprovalView[] }) {
  const t = useTranslations()
  return (
    <ul className="plain tight">
      {decisions.map((one) => (
        <li key={one.id} className={one.standing === 'counts' ? undefined : 'gone'}>
          <Avatar name={one.person?.name ?? one.policy ?? '–'} />
          <span className="grow">
            <span className="b">{one.person?.name ?? one.policy}</span>{' '}
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
            {one.lostReason ? <span className="t3 quote">{one.lostReason}</span> : null}
          </span>
          <Ago at={one.at} className="t3 f12 nowrap" />
        </li>
      ))}
    </ul>
  )
}

/** Those whose approval would count, after those who have given theirs. */
export function Approvers({ rule, environment, viewerId, requesterName, decisions = [] }: Props) {
  const t = useTranslations()
  const decided = new Set(decisions.filter((one) => one.standing === 'counts').map((one) => one.person?.id))
  const open = rule.given < rule.needed ? rule.mayApprove.filter((person) => !decided.has(person.id)) : []
  return (
    <>
      <RuleSentence rule={rule} environment={environment} {...(requesterName ? { requesterName } : {})} />
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
