'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useApplicationName } from '@/components/frame/frame-context'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { ReadAt } from '@/components/machines/freshness'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button, ButtonLink } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { paths } from '@/lib/paths'
import type { RouteList, RouteRow } from '@/lib/routes/views'
import { Leads, RouteStatus, TlsMark } from './route-words'

interface Props {
  view: RouteList
  organizationSlug: string
  applicationSlug: string
}

function useColumns(hrefOf: (row: RouteRow) => string): Column<RouteRow>[] {
  const t = useTranslations()
  return [
    {
      key: 'host',
      head: t('routes.host'),
      className: 'name',
      cell: (row) => (
        <Link className="mono" href={hrefOf(row)}>
          {row.host}
        </Link>
      ),
    },
    { key: 'environment', head: t('environment.label'), cell: (row) => <EnvironmentTag environment={row.environment} quiet /> },
    { key: 'state', head: t('services.state'), cell: (row) => <RouteStatus route={row} /> },
    { key: 'leads', head: t('routes.leads'), wide: true, cell: (row) => <Leads rules={row.rules} /> },
    { key: 'tls', head: 'HTTPS', wide: true, cell: (row) => <TlsMark tls={row.tls} /> },
    {
      key: 'clusters',
      head: t('routes.clusters'),
      wide: true,
      cell: (row) => <span className="t2">{row.clusters.join(', ') || '–'}</span>,
    },
    {
      key: 'changed',
      head: t('services.changed'),
      right: true,
      wide: true,
      cell: (row) => (row.lastDeploy ? <Ago at={row.lastDeploy.at} className="t3 num" /> : '–'),
    },
  ]
}

/** Routes of an application: where each host leads, and whether it answers. */
export function RoutesPage({ view, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const why = useRefusal()(view.gates.create)
  const name = useApplicationName(applicationSlug)
  const hrefOf = (row: RouteRow) => paths.route(organizationSlug, applicationSlug, row.host, row.environment)
  const columns = useColumns(hrefOf)
  const isFiltered = useUrlState().get('q') !== ''
  return (
    <ListPage
      title={t('routes.title')}
      organizationSlug={organizationSlug}
      applicationSlug={applicationSlug}
      sub={t('routes.sub')}
      acts={
        why ? (
          <Button tone="primary" icon="plus" why={why}>
            {t('routes.new')}
          </Button>
        ) : (
          <ButtonLink tone="primary" icon="plus" href={paths.newRoute(organizationSlug, applicationSlug)}>
            {t('routes.new')}
          </ButtonLink>
        )
      }
    >
      <ReadAt asOf={view.asOf}>
        {isFiltered || view.items.length > 0 ? <FilterBar placeholder={t('routes.filter')} /> : null}
        {view.items.length > 0 ? (
          <>
            <Table
              label={t('routes.title')}
              columns={columns}
              rows={view.items}
              keyOf={(row) => row.stageId}
              hrefOf={hrefOf}
              nameOf={(row) => row.host}
            />
            <Pager next={view.next} previous={view.previous}>
              {t('ui.rowsShown', { count: view.items.length })}
            </Pager>
          </>
        ) : isFiltered ? (
          <FilteredOut names={{ q: t('ui.search') }} />
        ) : (
          <Void kind="none-yet" title={t('routes.none', { name })}>
            {t('routes.noneHelp')}
          </Void>
        )}
      </ReadAt>
    </ListPage>
  )
}
