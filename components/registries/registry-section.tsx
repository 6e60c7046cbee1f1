'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Section } from '@/components/ui/section'
import { type Column, Table } from '@/components/ui/table'
import type { RegistriesView, RegistryView } from '@/lib/registries/views'
import type { RegistryPlace } from './registry-acts'
import { RegistryDialog } from './registry-dialog'

interface Props extends RegistryPlace {
  view: RegistriesView
}

const keyOf = ({ environment, server }: RegistryView) => `${environment}/${server}`

function useColumns(): Column<RegistryView>[] {
  const t = useTranslations()
  return [
    { key: 'server', head: t('registries.server'), className: 'name', cell: (row) => <span className="mono">{row.server}</span> },
    { key: 'environment', head: t('environment.label'), cell: (row) => <EnvironmentTag environment={row.environment} quiet /> },
    { key: 'user', head: t('registries.user'), cell: (row) => <span className="t2">{row.username}</span> },
    { key: 'by', head: t('variables.setBy'), wide: true, cell: (row) => <span className="t2">{row.by.name}</span> },
    { key: 'at', head: t('services.changed'), right: true, cell: (row) => <Ago at={row.at} className="t3 num" /> },
  ]
}

function RemoveDialog({
  registry,
  close,
  organizationSlug,
  applicationSlug,
  actions,
}: RegistryPlace & { registry: RegistryView; close: () => void }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const { error, run } = useAct()
  const { environment, server } = registry
  const remove = async () => {
    if (!(await run(() => actions.remove({ organization: organizationSlug, application: applicationSlug, environment, server }))).ok) return
    close()
    router.refresh()
  }
  return (
    <DangerDialog
      open
      onClose={close}
      onConfirm={remove}
      title={t('registries.removeTitle', { name: server })}
      verb={t('registries.remove')}
      effects={[{ text: t('registries.removeEffect') }, { text: t('registries.removeLost'), lost: true }]}
      error={error ? failure(error) : undefined}
    />
  )
}

/** Where an application's pods pull images from that not everybody may have. Of no use, and not there, without a cluster. */
export function RegistrySection({ view, ...place }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const columns = useColumns()
  const [shown, setShown] = useState<{ kind: 'set' | 'remove'; registry: RegistryView | null } | null>(null)
  if (!view.hasClusters && view.items.length === 0) return null
  const close = () => setShown(null)
  const why = view.gates.test.allowed || view.gates.production.allowed ? undefined : refusal(view.gates.test)
  const menuOf = (registry: RegistryView) => {
    const off = refusal(view.gates[registry.environment])
    return [
      [{ key: 'set', label: t('registries.change'), why: off, onSelect: () => setShown({ kind: 'set', registry }) }],
      [{ key: 'remove', label: t('registries.remove'), danger: true, why: off, onSelect: () => setShown({ kind: 'remove', registry }) }],
    ]
  }
  return (
    <Section
      title={t('registries.title')}
      hint={t('registries.sub')}
      end={
        <Button icon="plus" why={why} onClick={() => setShown({ kind: 'set', registry: null })}>
          {t('registries.new')}
        </Button>
      }
    >
      {view.items.length > 0 ? (
        <Table
          label={t('registries.title')}
          columns={columns}
          rows={view.items}
          keyOf={keyOf}
          nameOf={(row) => row.server}
          menuOf={menuOf}
        />
      ) : (
        <p className="t3">{t('registries.none')}</p>
      )}
      {shown?.kind === 'set' ? <RegistryDialog {...place} gates={view.gates} registry={shown.registry} close={close} /> : null}
      {shown?.kind === 'remove' && shown.registry ? <RemoveDialog {...place} registry={shown.registry} close={close} /> : null}
    </Section>
  )
}
