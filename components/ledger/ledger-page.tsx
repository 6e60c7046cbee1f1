'use client'

import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Pager } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { type LedgerList, ledgerKinds } from '@/lib/ledger/views'
import { type DecideLedger, LedgerTable } from './ledger-table'

export function LedgerPage({ list, decide }: { list: LedgerList; decide: DecideLedger }) {
  const t = useTranslations()
  const url = useUrlState()
  const names = { q: t('ui.search'), kind: t('ledger.kindHead'), view: t('ledger.view.label') }
  const kinds = ledgerKinds.map((value) => ({ value, label: t(`ledger.kind.${value}`) }))
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.ledger') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.ledger')} sub={t('ledger.sub')} />
      <FilterBar
        placeholder={t('ledger.filter')}
        filters={[{ key: 'kind', label: names.kind, options: kinds }]}
        views={{
          key: 'view',
          label: names.view,
          options: [
            { value: 'open', label: `${t('ledger.view.open')} ${list.open}` },
            { value: 'closed', label: t('ledger.view.closed') },
          ],
        }}
      />
      {list.items.length > 0 ? (
        <>
          <LedgerTable lines={list.items} decide={decide} />
          <Pager next={list.next} previous={list.previous}>
            {t('ui.rowsShown', { count: list.items.length })}
          </Pager>
        </>
      ) : Object.keys(names).some((key) => url.get(key)) ? (
        <FilteredOut names={names} />
      ) : (
        <Void kind="none-yet" title={t('ledger.none')}>
          {t('ledger.noneHelp')}
        </Void>
      )}
    </Page>
  )
}
