'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { useLedgerWords } from '@/components/ledger/use-ledger-words'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { CopyButton } from '@/components/ui/copy-button'
import { KeyValues } from '@/components/ui/facts'
import { HashMark } from '@/components/ui/hash-mark'
import { RailSection } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import type { DeployRef, DeployView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { Approvers, Decisions } from './approval-rule'
import { Comments } from './comments'
import type { DeployActions } from './deploy-acts'
import { isUnstarted } from './deploy-words'

const Ref = ({ deploy, org }: { deploy: DeployRef; org: string | null }) => (
  <span className="row wrap">
    <Link className="u mono" href={paths.deploy(org, deploy.number)}>
      #{deploy.number}
    </Link>
    <Status noun="deploy" state={deploy.state} className="f12" />
    <Ago at={deploy.at} className="t3 f12" />
  </span>
)

function Related({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const { related, waitsFor, organizationSlug: org } = deploy
  const row = (key: string, ref: DeployRef | null) =>
    ref ? ([t(`deploys.related.${key}` as never), <Ref key={key} deploy={ref} org={org} />] as const) : null
  return (
    <RailSection title={t('deploys.related.title')}>
      <KeyValues
        rows={[
          row('retryOf', related.retryOf),
          row('retriedBy', related.retriedBy),
          row('rollbackOf', related.rollbackOf),
          row('rolledBackBy', related.rolledBackBy),
          ...related.replaces.slice(0, 3).map((ref) => row('replaces', ref)),
          row('supersededBy', related.supersededBy),
          row('promotedFrom', related.promotedFrom),
          row('partOf', related.partOf),
          [
            t('deploys.related.waitsFor'),
            waitsFor ? (
              <Link key="waits" className="u mono" href={paths.deploy(org, waitsFor.number)}>
                #{waitsFor.number}
              </Link>
            ) : (
              <span key="nothing" className="t3">
                {t('deploys.related.nothing')}
              </span>
            ),
          ],
          row('lastGood', related.lastGood),
        ]}
      />
    </RailSection>
  )
}

function Approval({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const frame = useFrame()
  const rule = deploy.approvalRule
  const open = isUnstarted(deploy)
  if (rule.none && deploy.decisions.length === 0 && !open) return null
  return (
    <RailSection title={t('approvals.title')} end={rule.none ? null : t('approvals.countOf', { given: rule.given, needed: rule.needed })}>
      {open ? (
        <Approvers
          rule={rule}
          environment={deploy.environment}
          viewerId={frame?.frame.user.id}
          requesterName={deploy.requester.name}
          decisions={deploy.decisions}
          organizationSlug={deploy.organizationSlug}
        />
      ) : (
        <Decisions decisions={deploy.decisions} />
      )}
      {deploy.planHash ? (
        <div className="row hash-row">
          <span className="t3 f12">{t(open ? 'approvals.signs' : 'approvals.signed')}</span>
          <HashMark hash={deploy.planHash} />
          <span className="grow" />
          <CopyButton text={deploy.planHash} />
        </div>
      ) : null}
    </RailSection>
  )
}

/** What a given-up or failed record may have left behind, until a person decides. */
function LedgerPart({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const words = useLedgerWords()
  if (deploy.ledger.length === 0) return null
  return (
    <RailSection title={t('deploys.ledger')} end={deploy.ledger.length}>
      <ul className="plain tight">
        {deploy.ledger.map((line) => (
          <li key={line.id}>
            <Stone shape="held" tone="amber" />
            <span className="grow">
              <span className="b">{words(line).what}</span> <span className="t2">{words(line).why}</span>
            </span>
            <span className="t3 f12">{line.machineName}</span>
          </li>
        ))}
      </ul>
    </RailSection>
  )
}

export const DeployRail = ({ deploy, comment }: { deploy: DeployView; comment: DeployActions['comment'] }) => (
  <aside className="rail">
    <Approval deploy={deploy} />
    <Comments deploy={deploy} comment={comment} />
    <LedgerPart deploy={deploy} />
    <Related deploy={deploy} />
  </aside>
)
