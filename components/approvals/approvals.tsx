'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { shownState, useDeployTitle } from '@/components/deploys/deploy-words'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { HashMark } from '@/components/ui/hash-mark'
import { Pager, Table } from '@/components/ui/table'
import { LinkTabs } from '@/components/ui/tabs'
import { Void } from '@/components/ui/void'
import type { ApprovalsView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import { type ApprovalActions, ApprovalCardView } from './approval-card'
import { Reviews } from './reviews'

interface Props {
  view: ApprovalsView
  organizationSlug: string
  actions: ApprovalActions
}

function Decided({ view, organizationSlug: org }: Omit<Props, 'actions'>) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  const page = view.decided
  if (!page || page.items.length === 0) return <Void kind="none-yet" title={t('approvals.noneDecided')} />
  return (
    <>
      <Table
        label={t('approvals.tab.decided')}
        rows={page.items}
        keyOf={(row) => row.approval.id}
        hrefOf={(row) => paths.deploy(org, row.deploy.number)}
        columns={[
          {
            key: 'n',
            head: t('deploys.facts.deploy'),
            cell: (row) => (
              <Link className="mono t2" href={paths.deploy(org, row.deploy.number)}>
                #{row.deploy.number}
              </Link>
            ),
          },
          { key: 'what', head: t('deploys.what'), className: 'name', cell: (row) => titleOf(row.deploy.title) },
          { key: 'env', head: t('environment.label'), cell: (row) => <EnvironmentTag environment={row.deploy.environment} quiet /> },
          { key: 'state', head: t('services.state'), cell: (row) => <Status noun="deploy" state={shownState(row.deploy)} /> },
          { key: 'did', head: t('approvals.decision'), wide: true, cell: (row) => t(`approvals.did.${row.approval.decision}`) },
          { key: 'by', head: t('deploys.by'), wide: true, cell: (row) => row.approval.person?.name ?? row.approval.policy },
          {
            key: 'hash',
            head: t('deploys.facts.plan'),
            wide: true,
            cell: (row) => <HashMark hash={row.approval.planHash} voided={row.approval.standing !== 'counts'} />,
          },
          { key: 'at', head: t('approvals.when'), right: true, cell: (row) => <Ago at={row.approval.at} className="t3 num" /> },
        ]}
      />
      <Pager next={page.next} previous={page.previous}>
        {t('ui.rowsShown', { count: page.items.length })}
      </Pager>
    </>
  )
}

export function Approvals({ view, organizationSlug, actions }: Props) {
  const t = useTranslations()
  const href = (tab: string) => `${paths.approvals(organizationSlug)}${tab === 'mine' ? '' : `?tab=${tab}`}`
  return (
    <>
      <LinkTabs
        label={t('nav.approvals')}
        tabs={[
          { href: href('mine'), label: t('approvals.tab.mine'), count: view.counts.mine, current: view.tab === 'mine' },
          { href: href('others'), label: t('approvals.tab.others'), count: view.counts.others, current: view.tab === 'others' },
          { href: href('reviews'), label: t('policies.reviews'), count: view.counts.reviews, current: view.tab === 'reviews' },
          { href: href('decided'), label: t('approvals.tab.decided'), current: view.tab === 'decided' },
        ]}
      />
      {view.tab === 'reviews' ? (
        <Reviews items={view.reviews} organizationSlug={organizationSlug} review={actions.review} />
      ) : view.tab === 'decided' ? (
        <Decided view={view} organizationSlug={organizationSlug} />
      ) : view.cards.length === 0 ? (
        <Void kind="none-yet" title={t(view.tab === 'mine' ? 'approvals.noneMine' : 'approvals.noneOthers')}>
          {t('approvals.noneHelp')}
        </Void>
      ) : (
        <div className="bleed">
          {view.cards.map((card, i) => (
            <ApprovalCardView
              key={card.id}
              card={card}
              organizationSlug={organizationSlug}
              actions={actions}
              selected={i === 0 && view.tab === 'mine'}
            />
          ))}
        </div>
      )}
      {view.next || view.previous ? (
        <Pager next={view.next} previous={view.previous}>
          {t('ui.rowsShown', { count: view.cards.length })}
        </Pager>
      ) : null}
    </>
  )
}
