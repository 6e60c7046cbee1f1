'use client'

import { useTranslations } from 'use-intl'
import { useApplicationName } from '@/components/frame/frame-context'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button, ButtonLink } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Pager, Table } from '@/components/ui/table'
import { useSelection } from '@/components/ui/use-selection'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { paths } from '@/lib/paths'
import type { ServiceList, ServiceRow } from '@/lib/services/views'
import { BulkBar } from './bulk-bar'
import { useServiceColumns } from './service-columns'
import { useRowActs } from './use-row-acts'

interface Props {
  list: ServiceList
  organizationSlug: string
  applicationSlug: string
}

const health = ['healthy', 'degraded', 'progressing', 'unknown', 'stopped'] as const

export function NewServiceButton({ gate, org, app }: { gate: ServiceList['gates']['create']; org: string; app: string }) {
  const t = useTranslations()
  const why = useRefusal()(gate)
  return why ? (
    <Button tone="primary" icon="plus" why={why}>
      {t('services.new')}
    </Button>
  ) : (
    <ButtonLink tone="primary" icon="plus" href={paths.newService(org, app)}>
      {t('services.new')}
      <kbd className="only-l">C</kbd>
    </ButtonLink>
  )
}

function Empty({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  return (
    <Void
      kind="none-yet"
      title={t('services.none', { name: useApplicationName(applicationSlug) })}
      acts={
        list.gates.create.allowed ? (
          <ButtonLink tone="primary" href={paths.newService(organizationSlug, applicationSlug)}>
            {t('services.choosePackage')}
          </ButtonLink>
        ) : null
      }
    >
      {t('services.noneHelp')}
    </Void>
  )
}

const stageOf = (row: ServiceRow) => row.stageId

export function ServiceListView({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const url = useUrlState()
  const columns = useServiceColumns(organizationSlug)
  const selection = useSelection(list.items, stageOf)
  const actsOf = useRowActs(organizationSlug)
  const names = {
    q: t('ui.search'),
    environment: t('environment.label'),
    health: t('services.health'),
    runtime: t('services.runtime'),
    package: t('services.package'),
  }
  const option = (value: string) => ({ value, label: value })
  return (
    <>
      <FilterBar
        placeholder={t('services.filter')}
        filters={[
          {
            key: 'environment',
            label: names.environment,
            options: [
              { value: 'production', label: t('environment.production') },
              { value: 'test', label: t('environment.test') },
            ],
          },
          { key: 'health', label: names.health, options: health.map((value) => ({ value, label: t(`status.health.${value}`) })) },
          { key: 'runtime', label: names.runtime, options: list.choices.runtimes.map(option) },
          { key: 'package', label: names.package, options: list.choices.packages.map(option) },
        ].filter((filter) => filter.options.length > 0)}
        columns={columns.flatMap((column) => (column.choice ? [{ value: column.key, label: column.choice }] : []))}
      />
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.services')}
            columns={columns}
            rows={list.items}
            keyOf={stageOf}
            nameOf={(row) => row.name}
            select={selection.table}
            menuOf={actsOf}
            hrefOf={(row) => paths.service(organizationSlug, row.applicationSlug, row.name, row.environment)}
            defaultSort="name"
          />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('services.count', { count: list.total })}
          </Pager>
        </>
      ) : Object.keys(names).some((key) => url.get(key)) ? (
        <FilteredOut names={names} />
      ) : (
        <Empty list={list} organizationSlug={organizationSlug} applicationSlug={applicationSlug} />
      )}
      <BulkBar rows={selection.rows} organizationSlug={organizationSlug} onClear={selection.table.clear} onDone={selection.drop} />
    </>
  )
}
