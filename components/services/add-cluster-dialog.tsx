'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ServiceView } from '@/lib/services/views'
import { isCount } from './bulk-state'
import type { ServiceActions } from './service-acts'
import { useNewService } from './use-new-service'

interface Props {
  service: ServiceView
  actions: ServiceActions
  close: () => void
  onAsked: (href: string) => void
}

/** Clusters of its environment that it is not in yet. */
function useClusters(service: ServiceView) {
  const { environment, placements } = service
  const choices = useNewService(service)
  const taken = new Set(placements.filter((one) => one.wanted > 0).map((one) => one.runtime.id))
  const all = choices?.runtimes
  const open = (all ?? []).filter((one) => one.kind === 'cluster' && one.environment === environment && !taken.has(one.id))
  const isOfChart = choices?.package.components.some((one) => one.name === 'main' && one.isOfChart) ?? false
  return { isLoaded: all !== undefined, clusters: open, isOfChart }
}

/** The release that runs, in one more cluster; nothing else is touched. */
export function AddClusterDialog({ service, actions, close, onAsked }: Props) {
  const t = useTranslations()
  const { isLoaded, clusters, isOfChart } = useClusters(service)
  const [chosen, setChosen] = useState<string | null>(null)
  const [count, setCount] = useState('1')
  const runtimeId = chosen ?? clusters[0]?.id ?? ''
  const isSound = isCount(count) && Number(count) > 0 && runtimeId !== ''
  const { organizationSlug, applicationSlug, name, environment } = service
  const base = { organizationSlug, applicationSlug, service: name, environment, runtimeId, count: Number(count) }
  const message = isLoaded && clusters.length === 0 ? t('workloads.add.none') : t('config.fixFirst')
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('workloads.add.title', { name })}
      verb={t('services.requestDeploy')}
      organizationSlug={organizationSlug}
      previewKey={JSON.stringify([base, isSound])}
      preview={async () => (isSound ? await actions.previewPlacement(base) : { ok: false, error: { code: 'not_sound', message } })}
      request={({ reason, ...rest }) => actions.requestPlacement({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={name}
      canWait
      onAsked={onAsked}
    >
      <p className="t2">{t('workloads.add.help', { release: service.release ? `r${service.release.number}` : '–' })}</p>
      <Field id="cluster-runtime" label={t('workloads.cluster')}>
        <Select
          id="cluster-runtime"
          value={runtimeId || null}
          onChange={setChosen}
          placeholder={t('config.choose')}
          options={clusters.map((one) => ({
            value: one.id,
            label: one.name,
            note: t('services.readyNodes', { count: one.readyMachines }),
          }))}
        />
      </Field>
      {isOfChart ? null : (
        <Field id="cluster-count" label={t('services.units')} error={isSound ? undefined : t('services.countRule')}>
          <Input
            id="cluster-count"
            boxClass="narrow"
            inputMode="numeric"
            value={count}
            onChange={(event) => setCount(event.target.value)}
          />
        </Field>
      )}
    </PlanDialog>
  )
}
