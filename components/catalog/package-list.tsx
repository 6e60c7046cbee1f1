'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Status } from '@/components/status/status'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import type { PackageList, PackageRow } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'

interface Props {
  list: PackageList
  organizationSlug: string
  /** Where "New service" leads; null while the organisation has no application. */
  applicationSlug: string | null
}

function useColumns({ organizationSlug: org, applicationSlug: app }: Omit<Props, 'list'>): Column<PackageRow>[] {
  const t = useTranslations()
  const refusal = useRefusal()
  return [
    {
      key: 'package',
      head: t('services.package'),
      sort: 'name',
      className: 'name two',
      cell: (row) => (
        <>
          <Link href={paths.package(org, row.name)}>{row.name}</Link>
          <span className="t3 f12 sec-line">{row.summary || row.title}</span>
        </>
      ),
    },
    {
      key: 'runs',
      head: t('catalog.runsOn'),
      wide: true,
      cell: (row) => <span className="t2">{row.runtimes.map((one) => t(`catalog.runtime.${one}`)).join(', ')}</span>,
    },
    { key: 'newest', head: t('catalog.newest'), wide: true, cell: (row) => <span className="mono">{row.newest ?? '–'}</span> },
    { key: 'state', head: t('services.state'), cell: (row) => <Status noun="package" state={row.state} /> },
    {
      key: 'publisher',
      head: t('catalog.publisher'),
      wide: true,
      cell: (row) => <span className="t2">{row.publisher ?? t('nav.platform')}</span>,
    },
    {
      key: 'used',
      head: t('catalog.usedBy'),
      wide: true,
      cell: (row) => <span className="t2">{t('catalog.services', { count: row.usedBy })}</span>,
    },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (row) => {
        const why = refusal(row.use)
        if (why || !app) return <span className="t3 f12">{why}</span>
        return (
          <Link className="link" href={paths.newService(org, app, row.name)}>
            {t('services.new')}
          </Link>
        )
      },
    },
  ]
}

export function PackageListView({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const columns = useColumns({ organizationSlug, applicationSlug })
  const names = { q: t('ui.search'), runtime: t('catalog.runsOn') }
  return (
    <>
      <FilterBar
        placeholder={t('catalog.filter')}
        filters={
          list.runtimes.length > 1
            ? [
                {
                  key: 'runtime',
                  label: t('catalog.runsOn'),
                  options: list.runtimes.map((value) => ({ value, label: t(`catalog.runtime.${value}`) })),
                },
              ]
            : []
        }
      />
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.catalogue')}
            columns={columns}
            rows={list.items}
            keyOf={(row) => row.id}
            hrefOf={(row) => paths.package(organizationSlug, row.name)}
            defaultSort="name"
          />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('catalog.count', { count: list.total })}
          </Pager>
        </>
      ) : Object.keys(names).some((key) => url.get(key)) ? (
        <FilteredOut names={names} />
      ) : (
        <Void kind="none-yet" title={t('catalog.none')}>
          {t('catalog.noneHelp')}
        </Void>
      )}
    </>
  )
}
