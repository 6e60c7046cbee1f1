'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ClusterRoom } from '@/components/clusters/cluster-room'
import { ListPage } from '@/components/frame/list-page'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import { paths } from '@/lib/paths'
import { type Amounts, amountKinds } from '@/lib/quotas/amount-views'
import type { QuotaRequestView, RuntimesView } from '@/lib/quotas/views'
import type { Act } from '@/lib/views'
import { Altogether, type LimitApplication } from './altogether'
import { AskDialog, type AskQuota } from './ask-dialog'
import { useQuotaColumns } from './quota-cells'
import { useAmountWords } from './use-amount-words'

export interface RuntimesActions {
  ask: AskQuota
  withdraw: Act<{ organization: string; id: string }>
  limit: LimitApplication
}

/** What the address asks for: a pool, and what is lacking there. */
function useAsked() {
  const params = useSearchParams()
  const runtimeId = params.get('ask')
  const more: Partial<Amounts> = {}
  for (const kind of amountKinds) {
    const lacking = Number(params.get(kind))
    if (Number.isInteger(lacking) && lacking > 0) more[kind] = lacking
  }
  return { runtimeId, more }
}

function Requests({ view, withdraw }: { view: RuntimesView; withdraw: RuntimesActions['withdraw'] }) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  const router = useRouter()
  const words = useAmountWords()
  const [error, setError] = useState<string | undefined>()
  const take = async ({ id }: QuotaRequestView) => {
    const answer = await withdraw({ organization: view.organizationSlug, id })
    setError(answer.ok ? undefined : failure(answer.error))
    if (answer.ok) router.refresh()
  }
  const answerOf = (request: QuotaRequestView) =>
    [
      request.granted ? t('quotas.granted', { amounts: words.list(request.granted) }) : null,
      request.answer,
      request.decidedBy ? `(${request.decidedBy.name})` : null,
    ]
      .filter(Boolean)
      .join(' ')
  return (
    <>
      {error ? (
        <p className="err-line" role="alert">
          {error}
        </p>
      ) : null}
      <Table
        inset
        label={t('quotas.requests')}
        rows={view.requests}
        keyOf={(request) => request.id}
        nameOf={(request) => request.runtime.name}
        menuOf={(request) =>
          request.state === 'asked'
            ? [
                [
                  {
                    key: 'withdraw',
                    label: t('quotas.withdraw'),
                    icon: 'undo' as const,
                    why: refusal(request.gates.withdraw),
                    onSelect: () => void take(request),
                  },
                ],
              ]
            : [[{ key: 'over', label: t('quotas.withdraw'), icon: 'undo' as const, why: t('refusals.wrong_state') }]]
        }
        columns={[
          { key: 'runtime', head: t('services.runtime'), className: 'name', cell: (one) => one.runtime.name },
          { key: 'state', head: t('services.state'), cell: (one) => <Status noun="request" state={one.state} /> },
          { key: 'asks', head: t('quotas.asks'), wide: true, cell: (one) => <span className="t2">{words.list(one.amounts)}</span> },
          { key: 'why', head: t('plan.why'), wide: true, className: 'whitespace-normal', cell: (one) => one.reason },
          { key: 'by', head: t('quotas.by'), wide: true, cell: (one) => one.requester.name },
          { key: 'answer', head: t('quotas.answer'), className: 'whitespace-normal', cell: (one) => answerOf(one) || '–' },
          { key: 'at', head: t('services.since'), right: true, wide: true, cell: (one) => <Ago at={one.stateSince} className="t3 num" /> },
        ]}
      />
    </>
  )
}

/** Where an organisation's services may run, how much of what it may have is used, and what it has asked for. */
export function RuntimesPage({ view, actions }: { view: RuntimesView; actions: RuntimesActions }) {
  const t = useTranslations()
  const asked = useAsked()
  const refusal = useRefusal()
  const quotaColumns = useQuotaColumns<RuntimesView['runtimes'][number]>()
  const [dialog, open] = useState<{ runtimeId: string | null } | null>(asked.runtimeId === null ? null : { runtimeId: asked.runtimeId })
  const router = useRouter()
  const close = () => {
    open(null)
    // Answered or left: a reload does not ask again.
    if (asked.runtimeId !== null) router.replace(paths.runtimes(view.organizationSlug))
  }
  const granted = view.runtimes.filter((one) => one.quota !== null)
  const others = view.runtimes.filter((one) => one.quota === null)
  const gate = view.runtimes.find((one) => one.ask.allowed)?.ask ?? view.runtimes[0]?.ask
  const why = gate ? refusal(gate) : t('quotas.nothingToAsk')
  const name = (one: RuntimesView['runtimes'][number]) => (
    <span className="row">
      {one.name} <EnvironmentTag environment={one.environment} />
      {one.kind === 'cluster' ? <span className="tag">{t('services.kind.cluster')}</span> : null}
    </span>
  )
  const button = (one: RuntimesView['runtimes'][number]) => (
    <Button size="sm" why={refusal(one.ask)} onClick={() => open({ runtimeId: one.id })}>
      {t(one.quota ? 'quotas.askMore' : 'quotas.askFor')}
    </Button>
  )
  return (
    <ListPage
      title={t('nav.runtimes')}
      organizationSlug={view.organizationSlug}
      sub={t('quotas.sub')}
      acts={
        <Button tone="primary" why={why} onClick={() => open({ runtimeId: null })}>
          {t('quotas.ask')}
        </Button>
      }
    >
      {granted.length > 0 ? (
        <Table
          label={t('nav.runtimes')}
          rows={granted}
          findBy={(one) => one.name}
          keyOf={(one) => one.id}
          columns={[
            { key: 'name', head: t('services.runtime'), className: 'name', cell: name },
            {
              key: 'machines',
              head: t('clusters.machinesOrNodes'),
              wide: true,
              cell: (one) =>
                one.cluster ? (
                  <ClusterRoom cluster={one.cluster} />
                ) : (
                  <span className="t2">{t('services.readyMachines', { count: one.readyMachines })}</span>
                ),
            },
            ...quotaColumns,
            { key: 'ask', head: '', right: true, wide: true, cell: button },
          ]}
        />
      ) : (
        <Void kind="none-yet" title={t('quotas.none')}>
          {t('quotas.noneHelp')}
        </Void>
      )}
      <Altogether view={view} limit={actions.limit} />
      {others.length > 0 ? (
        <Section title={t('quotas.others')} hint={t('quotas.othersHint')}>
          <Table
            inset
            label={t('quotas.others')}
            rows={others}
            keyOf={(one) => one.id}
            columns={[
              { key: 'name', head: t('services.runtime'), className: 'name', cell: name },
              { key: 'ask', head: '', right: true, cell: button },
            ]}
          />
        </Section>
      ) : null}
      {view.requests.length > 0 ? (
        <Section title={t('quotas.requests')}>
          <Requests view={view} withdraw={actions.withdraw} />
        </Section>
      ) : null}
      {dialog ? (
        <AskDialog
          key={dialog.runtimeId}
          view={view}
          runtimeId={dialog.runtimeId}
          more={dialog.runtimeId === asked.runtimeId ? asked.more : {}}
          ask={actions.ask}
          close={close}
        />
      ) : null}
    </ListPage>
  )
}
