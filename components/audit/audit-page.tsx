'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useEventWords } from '@/components/events/event-list'
import { ListPage } from '@/components/frame/list-page'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Stone } from '@/components/ui/stone'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { type AuditEntry, type AuditList, auditKinds, type Verification } from '@/lib/audit/views'
import type { Act } from '@/lib/views'
import { doneTo } from './done-to'
import { EntryDialog } from './entry-dialog'
import { ExportMenu } from './export-menu'
import { VerifyButton } from './verify-button'

interface Props {
  list: AuditList
  verify: Act<{ organization?: string }, Verification>
}

function useColumns(open: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  const t = useTranslations()
  const wordsOf = useEventWords()
  return [
    { key: 'at', head: t('audit.at'), cell: (one) => <Ago at={one.at} className="t2 num nowrap" /> },
    { key: 'who', head: t('audit.who'), className: 'name', cell: (one) => one.actor.name },
    {
      key: 'what',
      head: t('audit.what'),
      className: 'whitespace-normal',
      cell: (one) => (
        <span className="row">
          {one.name === 'access.refused' ? <Stone shape="bad" tone="red" /> : null}
          <span>
            {wordsOf(one)}
            <span className="only-s t3">{doneTo(one)}</span>
          </span>
        </span>
      ),
    },
    {
      key: 'subject',
      head: t('audit.onWhat'),
      wide: true,
      className: 'whitespace-normal',
      // What was refused is named by its address, which is long.
      cell: (one) => <span className="t2 wrap-anywhere">{doneTo(one)}</span>,
    },
    { key: 'from', head: t('audit.from'), wide: true, cell: (one) => <span className="mono t3 f12">{one.address ?? '–'}</span> },
    {
      key: 'more',
      head: '',
      right: true,
      cell: (one) => (
        <Button size="sm" label={t('audit.moreOf', { what: wordsOf(one) })} onClick={() => open(one)}>
          {t('audit.more')}
        </Button>
      ),
    },
  ]
}

function Body({ list }: { list: AuditList }) {
  const t = useTranslations()
  const url = useUrlState()
  const [shown, show] = useState<AuditEntry | null>(null)
  const columns = useColumns(show)
  const isFiltered = url.get('q') !== '' || url.get('kind') !== ''
  const empty = isFiltered ? (
    <FilteredOut names={{ q: t('ui.search'), kind: t('audit.kind') }} />
  ) : (
    <Void kind="none-yet" title={t('audit.none')}>
      {t('audit.noneHelp')}
    </Void>
  )
  return (
    <>
      <FilterBar
        placeholder={t('audit.filter')}
        filters={[
          { key: 'kind', label: t('audit.kind'), options: auditKinds.map((value) => ({ value, label: t(`audit.kinds.${value}`) })) },
        ]}
      />
      {list.items.length > 0 ? (
        <>
          <Table label={t('nav.audit')} rows={list.items} keyOf={(one) => one.id} columns={columns} />
          <Pager next={list.next} previous={list.previous}>
            {t('ui.rowsShown', { count: list.items.length })}
          </Pager>
        </>
      ) : (
        empty
      )}
      {shown ? <EntryDialog entry={shown} organization={list.organization?.slug} close={() => show(null)} /> : null}
    </>
  )
}

/** Who did what: of an organisation, or of what belongs to none. */
export function AuditPage({ list, verify }: Props) {
  const t = useTranslations()
  const slug = list.organization?.slug
  const acts = (
    <>
      <ExportMenu organization={slug} />
      <VerifyButton verify={() => verify(slug ? { organization: slug } : {})} />
    </>
  )
  if (slug)
    return (
      <ListPage title={t('nav.audit')} organizationSlug={slug} sub={t('audit.sub')} acts={acts}>
        <Body list={list} />
      </ListPage>
    )
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.audit') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.audit')} sub={t('audit.subPlatform')} acts={acts} />
      <Body list={list} />
    </Page>
  )
}
