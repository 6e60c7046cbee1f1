'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useApplicationName } from '@/components/frame/frame-context'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { ReadAt } from '@/components/machines/freshness'
import type { RegistryActions } from '@/components/registries/registry-acts'
import { RegistrySection } from '@/components/registries/registry-section'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useNames } from '@/components/ui/use-names'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import type { RegistriesView } from '@/lib/registries/views'
import type { VariablesView, VariableView } from '@/lib/variables/views'
import { NewVariableDialog } from './new-variable-dialog'
import type { VariableActions } from './variable-acts'
import { VariableDialog } from './variable-dialog'

interface Props {
  view: VariablesView
  organizationSlug: string
  applicationSlug: string
  actions: VariableActions
  registries: RegistriesView
  registryActions: RegistryActions
}

function UsedBy({ variable }: { variable: VariableView }) {
  const t = useTranslations()
  const words = useNames()
  const older = variable.olderCount
  return (
    <span className="row">
      <span className={variable.usedBy.length > 0 ? 't2' : 't3'}>
        {words(
          variable.usedBy.map((user) => user.name),
          variable.usedByCount,
        ) || '–'}
      </span>
      {older > 0 ? <span className="tag">{t('variables.olderCount', { count: older })}</span> : null}
    </span>
  )
}

function useColumns(open: (id: string) => void): Column<VariableView>[] {
  const t = useTranslations()
  return [
    {
      key: 'name',
      head: t('services.name'),
      className: 'name',
      cell: (row) => (
        <button type="button" className="link mono" onClick={() => open(row.id)}>
          {row.name}
        </button>
      ),
    },
    { key: 'environment', head: t('environment.label'), cell: (row) => <EnvironmentTag environment={row.environment} quiet /> },
    {
      key: 'value',
      head: t('services.value'),
      wide: true,
      cell: (row) =>
        row.secret ? (
          <span className="tag">{t('variables.secret')}</span>
        ) : (
          <span className="mono t2 cut value-c">{row.versions[0]?.text ?? ''}</span>
        ),
    },
    { key: 'version', head: t('services.version'), cell: (row) => <span className="mono t2">v{row.version}</span> },
    { key: 'used', head: t('variables.usedBy'), wide: true, cell: (row) => <UsedBy variable={row} /> },
    { key: 'by', head: t('variables.setBy'), wide: true, cell: (row) => <span className="t2">{row.versions[0]?.by.name}</span> },
    {
      key: 'at',
      head: t('services.changed'),
      right: true,
      cell: (row) => (row.versions[0] ? <Ago at={row.versions[0].at} className="t3 num" /> : '–'),
    },
  ]
}

/** Variables of an application: values that its services may name, in each environment, with their versions. */
export function VariablesPage({ view, organizationSlug, applicationSlug, actions, registries, registryActions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const name = useApplicationName(applicationSlug)
  const [opened, setOpened] = useState<string | null>(null)
  const [isNew, setNew] = useState(false)
  const place = { organizationSlug, applicationSlug, actions }
  const columns = useColumns(setOpened)
  const isFiltered = useUrlState().get('q') !== ''
  const shown = view.items.find((variable) => variable.id === opened)
  const why = view.gates.test.allowed || view.gates.production.allowed ? undefined : refusal(view.gates.test)
  return (
    <ListPage
      title={t('variables.title')}
      organizationSlug={organizationSlug}
      applicationSlug={applicationSlug}
      sub={t('variables.sub')}
      acts={
        <Button tone="primary" icon="plus" why={why} onClick={() => setNew(true)}>
          {t('variables.new')}
        </Button>
      }
    >
      <ReadAt asOf={view.asOf}>
        {isFiltered || view.items.length > 0 ? <FilterBar placeholder={t('variables.filter')} /> : null}
        {view.items.length > 0 ? (
          <>
            <Table label={t('variables.title')} columns={columns} rows={view.items} keyOf={(row) => row.id} nameOf={(row) => row.name} />
            <Pager next={view.next} previous={view.previous}>
              {t('ui.rowsShown', { count: view.items.length })}
            </Pager>
          </>
        ) : isFiltered ? (
          <FilteredOut names={{ q: t('ui.search') }} />
        ) : (
          <Void kind="none-yet" title={t('variables.none', { name })}>
            {t('variables.noneHelp')}
          </Void>
        )}
      </ReadAt>
      <RegistrySection view={registries} {...place} actions={registryActions} />
      {isNew ? <NewVariableDialog {...place} gates={view.gates} close={() => setNew(false)} /> : null}
      {shown ? <VariableDialog key={shown.id} {...place} variable={shown} close={() => setOpened(null)} /> : null}
    </ListPage>
  )
}
