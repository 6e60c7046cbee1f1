'use client'

import { type ReactNode, useMemo, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ReleaseView, ServiceAct, ServiceChange, ServiceView } from '@/lib/services/views'
import { isCount } from './bulk-state'
import { type ConfigForm, ConfigFormSections, formKey } from './config-form'
import { completeValues, fieldsFrom, secretsOf, valuesOf } from './form-values'
import { fieldsOf, sectionsOf } from './schema-fields'
import type { ServiceActions } from './service-acts'
import { findingsByField } from './validate-values'
import { valueAt } from './value-path'

export interface AskedChange {
  kind: ServiceAct
  release?: ReleaseView
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

function useConfigure(service: ServiceView) {
  const schema = service.configuration?.schema ?? {}
  const stored = service.configuration?.values ?? {}
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form keeps what was there when it opened
  const fields = useMemo(() => fieldsOf(schema), [])
  const form = useForm<ConfigForm>({
    defaultValues: {
      name: service.name,
      versionId: '',
      component: service.component,
      runtimeId: '',
      count: '',
      fields: fieldsFrom(fields, stored),
      secrets: {},
      reason: '',
    },
  })
  const watched = useWatch({ control: form.control, compute: (all: ConfigForm) => all }) as ConfigForm
  const values = valuesOf(fields, watched)
  const secrets = secretsOf(fields, watched)
  const kept = fields.filter((field) => field.secret && valueAt(stored, field.path) !== undefined).map((field) => field.key)
  const errors = findingsByField(schema, fields, completeValues(fields, values, secrets, kept))
  const clearable = fields.some((field) => formKey(field) in watched.fields)
  return {
    form: <ConfigFormSections sections={sectionsOf(fields)} form={form} errors={errors} />,
    change: { values, secrets } satisfies Change,
    errors,
    clearable,
  }
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
  const upgrade = useUpgrade(service)
  const configure = useConfigure(service)
  const rollBack = useRollBack({ service, asked })
  const t = useTranslations()
  const [keepData, setKeepData] = useState(true)
  const [accepted, setAccepted] = useState(service.release?.id ?? service.releases[0]?.id ?? '')
  const plain = { inputs: null, change: {}, blocked: false, release: '' }
  if (asked.kind === 'scale') return { ...plain, inputs: scale.fields, change: scale.change }
  if (asked.kind === 'upgrade') return { ...plain, inputs: upgrade.field, change: upgrade.change }
  if (asked.kind === 'configure')
    return { ...plain, inputs: configure.form, change: configure.change, blocked: Object.keys(configure.errors).length > 0 }
  if (asked.kind === 'rollback') return rollBack
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
  if (asked.kind === 'remove') {
    const inputs =
      service.data.length > 0 ? (
        <label className="row mb-3">
          <input type="checkbox" checked={!keepData} onChange={(event) => setKeepData(!event.target.checked)} />
          {t('services.deleteData', { count: service.data.length })}
        </label>
      ) : null
    return { ...plain, inputs, change: { keepData } }
  }
  return plain
}

export function ServiceDialogs({ service, actions, asked, close, onAsked }: Props) {
  const t = useTranslations()
  const change = useChange({ service, asked })
  const units = service.placements.reduce((sum, placement) => sum + placement.units.length, 0)
  const base: ServiceChange = { stageId: service.stageId, kind: asked.kind, ...change.change }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t(`services.ask.${asked.kind}`, { name: service.name, release: change.release })}
      verb={asked.kind === 'remove' ? t('services.removeUnits', { count: units }) : t(`services.act.${asked.kind}`)}
      organizationSlug={service.organizationSlug}
      previewKey={JSON.stringify(base)}
      preview={async () =>
        change.blocked ? { ok: false, error: { code: 'invalid', message: t('config.fixFirst') } } : await actions.preview(base)
      }
      request={({ reason, expectedHash }) => actions.request({ ...base, ...(reason ? { reason } : {}), expectedHash })}
      nameToType={service.name}
      danger={asked.kind === 'remove'}
      onAsked={onAsked}
    >
      {change.inputs}
    </PlanDialog>
  )
}
