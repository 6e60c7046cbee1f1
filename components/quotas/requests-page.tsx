'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import type { QuotaRequestList, QuotaRequestView } from '@/lib/quotas/views'
import { type DecideActions, DecideDialog } from './decide-dialog'
import { useAmountWords } from './use-amount-words'

/** What organisations ask operators for. */
export function RequestsPage({ list, actions }: { list: QuotaRequestList; actions: DecideActions }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const url = useUrlState()
  const words = useAmountWords()
  const [asked, ask] = useState<{ request: QuotaRequestView; decision: 'approve' | 'refuse' } | null>(null)
  const isOpen = url.get('view') !== 'decided'
  const decisions = (request: QuotaRequestView) => (
    <span className="row justify-end">
      {(['refuse', 'approve'] as const).map((decision) => (
        <Button key={decision} size="sm" why={refusal(request.gates.decide)} onClick={() => ask({ request, decision })}>
          {t(`quotas.${decision}`)}
        </Button>
      ))}
    </span>
  )
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.requests') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.requests')} sub={t('quotas.requestsSub')} />
      <div className="tools-row">
        <Segmented
          label={t('ledger.view.label')}
          value={isOpen ? 'open' : 'decided'}
          onChange={(view) => url.set({ view: view === 'open' ? null : view })}
          options={[
            { value: 'open', label: `${t('quotas.open')} ${list.waiting}` },
            { value: 'decided', label: t('quotas.decided') },
          ]}
        />
      </div>
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.requests')}
            rows={list.items}
            keyOf={(request) => request.id}
            nameOf={(request) => `${request.organization.name}, ${request.runtime.name}`}
            columns={[
              { key: 'organization', head: t('machines.organization'), className: 'name', cell: (one) => one.organization.name },
              {
                key: 'runtime',
                head: t('services.runtime'),
                cell: (one) => (
                  <span className="row">
                    {one.runtime.name} <EnvironmentTag environment={one.runtime.environment} />
                  </span>
                ),
              },
              { key: 'state', head: t('services.state'), cell: (one) => <Status noun="request" state={one.state} /> },
              { key: 'asks', head: t('quotas.asks'), wide: true, cell: (one) => <span className="t2">{words.list(one.amounts)}</span> },
              {
                key: 'has',
                head: t('quotas.has'),
                wide: true,
                cell: (one) => <span className="t2">{one.quota ? words.list(one.quota) : '–'}</span>,
              },
              { key: 'why', head: t('plan.why'), wide: true, className: 'whitespace-normal', cell: (one) => one.reason },
              { key: 'by', head: t('quotas.by'), wide: true, cell: (one) => one.requester.name },
              ...(isOpen
                ? []
                : [
                    {
                      key: 'answer',
                      head: t('quotas.answer'),
                      className: 'whitespace-normal',
                      cell: (one: QuotaRequestView) =>
                        [one.granted ? words.list(one.granted) : null, one.answer].filter(Boolean).join('; ') || '–',
                    },
                  ]),
              { key: 'at', head: t('services.since'), right: true, cell: (one) => <Ago at={one.stateSince} className="t3 num" /> },
              ...(isOpen ? [{ key: 'decide', head: '', right: true, cell: decisions }] : []),
            ]}
          />
          <Pager next={list.next} previous={list.previous}>
            {t('ui.rowsShown', { count: list.items.length })}
          </Pager>
        </>
      ) : (
        <Void kind="none-yet" title={t(isOpen ? 'quotas.noneOpen' : 'quotas.noneDecided')}>
          {t('quotas.noneOpenHelp')}
        </Void>
      )}
      {asked ? <DecideDialog key={asked.request.id} {...asked} shared={list.shared} actions={actions} close={() => ask(null)} /> : null}
    </Page>
  )
}
