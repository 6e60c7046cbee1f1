'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ServiceView } from '@/lib/services/views'
import type { Environment } from '@/lib/views'
import { isCount } from './bulk-state'
import { AlsoIn } from './further-clusters'
import type { ServiceActions } from './service-acts'
import { useConfigure } from './use-configure'
import { furtherClusters } from './use-draft'
import { useNewService } from './use-new-service'

interface Props {
  service: ServiceView
  actions: ServiceActions
  close: () => void
  onAsked: (href: string) => void
}

/** Runtimes of the environment that it is not in yet. */
function useRuntimes(service: ServiceView, environment: Environment) {
  const choices = useNewService(service)
  const all = choices?.runtimes
  const isOfChart = choices?.package.components.some((one) => one.isOfChart) ?? false
  return { isLoaded: all !== undefined, isOfChart, runtimes: (all ?? []).filter((runtime) => runtime.environment === environment) }
}

/** As many as where it comes from, until somebody says otherwise. */
const countThere = ({ placements }: ServiceView): string => String(Math.max(1, ...placements.map((one) => one.wanted)))

/** The first time in another environment: where, how many, and what only that environment has. */
export function AddStageDialog({ service, actions, close, onAsked }: Props) {
  const t = useTranslations()
  const [promotion] = useState(service.promotion)
  const environment: Environment = promotion.test && !promotion.stageId ? 'production' : 'test'
  const isToProduction = environment === 'production'
  const source = isToProduction ? promotion.test : promotion.production
  const configuration = isToProduction ? promotion.source : promotion.target
  const { isLoaded, isOfChart, runtimes } = useRuntimes(service, environment)
  const [chosen, setChosen] = useState<string | null>(null)
  const [count, setCount] = useState(() => countThere(service))
  const [also, setAlso] = useState<string[]>([])
  // The base travels as it is; secrets never do, so the form begins without them.
  const configure = useConfigure({
    configuration: configuration && { ...configuration, overlay: {} },
    isOwn: true,
    variables: null,
    organizationSlug: service.organizationSlug,
    applicationSlug: service.applicationSlug,
  })
  const runtimeId = chosen ?? runtimes[0]?.id ?? ''
  const further = furtherClusters({ runtimes }, runtimeId)
  const alsoIn = also.filter((id) => further.some((one) => one.id === id))
  const isSound = isCount(count) && Number(count) > 0 && runtimeId !== '' && !configure.blocked
  const base = {
    organizationSlug: service.organizationSlug,
    applicationSlug: service.applicationSlug,
    service: service.name,
    runtimeId,
    count: Number(count),
    ...(alsoIn.length > 0 ? { alsoIn } : {}),
    ...(source ? { releaseId: source.id } : {}),
    ...configure.change,
  }
  const message = isLoaded && runtimes.length === 0 ? t('refusals.no_runtime') : t('config.fixFirst')
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('services.ask.add_stage', { name: service.name, environment: t(`environment.${environment}`) })}
      verb={t('services.requestDeploy')}
      organizationSlug={service.organizationSlug}
      previewKey={JSON.stringify([base, isSound])}
      preview={async () => (isSound ? await actions.previewStage(base) : { ok: false, error: { code: 'not_sound', message } })}
      request={({ reason, ...rest }) => actions.requestStage({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={service.name}
      canWait
      onAsked={onAsked}
    >
      <p className="t2">{t('promote.addHelp', { release: source ? `r${source.number}` : '–' })}</p>
      <Field id="stage-runtime" label={t('services.runtime')}>
        <Select
          id="stage-runtime"
          value={runtimeId || null}
          onChange={setChosen}
          placeholder={t('config.choose')}
          options={runtimes.map((one) => ({
            value: one.id,
            label: one.name,
            note: t(one.kind === 'cluster' ? 'services.readyNodes' : 'services.readyMachines', { count: one.readyMachines }),
          }))}
        />
      </Field>
      <AlsoIn choices={further} chosen={alsoIn} onChange={setAlso} />
      {isOfChart ? null : (
        <Field
          id="stage-count"
          label={t('services.units')}
          error={isCount(count) && Number(count) > 0 ? undefined : t('services.countRule')}
        >
          <Input id="stage-count" boxClass="narrow" inputMode="numeric" value={count} onChange={(event) => setCount(event.target.value)} />
        </Field>
      )}
      {configure.inputs}
    </PlanDialog>
  )
}
