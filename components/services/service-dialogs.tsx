'use client'

import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ReleaseView, ServiceAct, ServiceChange, ServiceView, UnitView } from '@/lib/services/views'
import { AddStageDialog } from './add-stage-dialog'
import { isCount } from './bulk-state'
import { PromoteDialog } from './promote-dialog'
import { RemoveDialog } from './remove-dialog'
import type { ServiceActions } from './service-acts'
import { useConfigure } from './use-configure'
import { useMove } from './use-move'
import { useResize } from './use-resize'

export interface AskedChange {
  kind: ServiceAct
  release?: ReleaseView
  /** Only these; missing = all. */
  units?: UnitView[]
}

interface Props {
  service: ServiceView
  actions: ServiceActions
  asked: AskedChange
  close: () => void
  onAsked: (href: string) => void
}

type Change = Omit<ServiceChange, 'stageId' | 'kind' | 'reason' | 'expectedHash'>

/** How many units each placement shall have. */
function useScale(service: ServiceView) {
  const t = useTranslations()
  const [counts, setCounts] = useState<Record<string, string>>(() =>
    Object.fromEntries(service.placements.map((placement) => [placement.id, String(placement.wanted)])),
  )
  const fields = service.placements.map((placement) => (
    <Field
      key={placement.id}
      id={`count-${placement.id}`}
      label={placement.runtime.name}
      name={placement.subset}
      error={isCount(counts[placement.id] ?? '') ? undefined : t('services.countRule')}
    >
      <Input
        id={`count-${placement.id}`}
        boxClass="narrow"
        inputMode="numeric"
        value={counts[placement.id] ?? ''}
        onChange={(event) => setCounts({ ...counts, [placement.id]: event.target.value })}
      />
    </Field>
  ))
  const read = Object.fromEntries(Object.entries(counts).flatMap(([id, text]) => (isCount(text) ? [[id, Number(text)]] : [])))
  return { fields, change: { counts: read } satisfies Change }
}

function useUpgrade(service: ServiceView) {
  const t = useTranslations()
  const others = service.versions.filter((one) => one.version !== service.release?.version)
  const [versionId, setVersionId] = useState(others[0]?.id ?? service.versions[0]?.id ?? '')
  const field = (
    <Field
      id="version"
      label={t('services.version')}
      name="version"
      help={t('services.upgradeHelp', { version: service.release?.version ?? '–' })}
    >
      <Select
        id="version"
        value={versionId}
        onChange={setVersionId}
        options={service.versions.map((one) => ({
          value: one.id,
          label: one.version,
          note: one.version === service.release?.version ? t('services.runsNow') : undefined,
        }))}
      />
    </Field>
  )
  return { field, change: { packageVersionId: versionId } satisfies Change }
}

interface Shaped {
  inputs: ReactNode
  change: Change
  /** What was typed is not sound yet. */
  blocked: boolean
  /** Where it goes back to. */
  release: string
}

/** Which release it goes back to: the one that was pointed at, else the newest that does not run. */
function useRollBack({ service, asked }: Pick<Props, 'service' | 'asked'>): Shaped {
  const t = useTranslations()
  const choices = service.releases.filter((one) => one.placedIn.length === 0)
  const [releaseId, setReleaseId] = useState(asked.release?.id ?? choices[0]?.id ?? '')
  const inputs = (
    <Field id="release" label={t('services.release')}>
      <Select
        id="release"
        value={releaseId}
        onChange={setReleaseId}
        options={choices.map((one) => ({ value: one.id, label: `r${one.number}`, note: one.version }))}
      />
    </Field>
  )
  const chosen = choices.find((one) => one.id === releaseId) ?? asked.release
  return { inputs, change: { releaseId }, blocked: false, release: chosen ? `r${chosen.number}` : '' }
}

/** The inputs of a change and what they mean; the dialog shows its plan. */
function useChange({ service, asked }: Pick<Props, 'service' | 'asked'>): Shaped {
  const scale = useScale(service)
  const resize = useResize(service)
  const upgrade = useUpgrade(service)
  const configure = useConfigure({
    configuration: service.configuration,
    // Where test is promoted from, what is typed in production holds there alone.
    isOwn: service.environment === 'production' && service.promotion.test !== null,
    variables: service.variables,
    organizationSlug: service.organizationSlug,
    applicationSlug: service.applicationSlug,
  })
  const rollBack = useRollBack({ service, asked })
  const move = useMove(service, asked.kind === 'migrate' ? asked.units : undefined)
  const t = useTranslations()
  const [accepted, setAccepted] = useState(service.release?.id ?? service.releases[0]?.id ?? '')
  const plain = { inputs: null, change: {}, blocked: false, release: '' }
  if (asked.kind === 'scale') return { ...plain, inputs: scale.fields, change: scale.change }
  if (asked.kind === 'resize') return { ...plain, ...resize }
  if (asked.kind === 'upgrade') return { ...plain, inputs: upgrade.field, change: upgrade.change }
  if (asked.kind === 'configure') return { ...plain, inputs: configure.inputs, change: configure.change, blocked: configure.blocked }
  if (asked.kind === 'rollback') return rollBack
  if (asked.kind === 'migrate') return { ...plain, inputs: move.inputs, change: move.change }
  if (asked.kind === 'accept') {
    const inputs = (
      <Field id="release" label={t('services.release')} help={t('services.acceptHelp')}>
        <Select
          id="release"
          value={accepted}
          onChange={setAccepted}
          options={service.releases.map((one) => ({ value: one.id, label: `r${one.number}`, note: one.version }))}
        />
      </Field>
    )
    return { ...plain, inputs, change: { releaseId: accepted } }
  }
  return asked.units ? { ...plain, change: { unitIds: asked.units.map((unit) => unit.id) } } : plain
}

/** Promotion and a first time elsewhere have dialogs of their own. */
export function ServiceDialogs(props: Props) {
  const { asked, service } = props
  const isFirst = asked.kind === 'add_stage' || (asked.kind === 'promote' && service.promotion.stageId === null)
  if (isFirst) return <AddStageDialog {...props} />
  if (asked.kind === 'promote') return <PromoteDialog {...props} />
  if (asked.kind === 'remove') return <RemoveDialog {...props} />
  return <ChangeDialog {...props} kind={asked.kind as ChangeKind} />
}

type ChangeKind = Exclude<ServiceAct, 'promote' | 'add_stage' | 'clone' | 'command' | 'remove'>

function ChangeDialog({ service, actions, asked, kind, close, onAsked }: Props & { kind: ChangeKind }) {
  const t = useTranslations()
  const change = useChange({ service, asked })
  const base: ServiceChange = { stageId: service.stageId, kind, ...change.change }
  const name = asked.units ? asked.units.map((unit) => unit.name).join(', ') : service.name
  return (
    <PlanDialog
      open
      onClose={close}
      title={t(`services.ask.${kind}`, { name, release: change.release })}
      verb={t(`services.act.${kind}`)}
      organizationSlug={service.organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={async () =>
        change.blocked ? { ok: false, error: { code: 'not_sound', message: t('config.fixFirst') } } : await actions.preview(base)
      }
      request={({ reason, ...rest }) => actions.request({ ...base, ...(reason ? { reason } : {}), ...rest })}
      nameToType={service.name}
      canWait
      onAsked={onAsked}
    >
      {change.inputs}
    </PlanDialog>
  )
}
