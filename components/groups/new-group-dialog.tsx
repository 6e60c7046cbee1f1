'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PlanDialog, type PlanRequest } from '@/components/deploys/plan-dialog'
import { useFrame } from '@/components/frame/frame-context'
import { isCount } from '@/components/services/bulk-state'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { PlanPreview } from '@/lib/deploys/views'
import type { CreateGroupInput } from '@/lib/groups/schema'
import type { GroupTemplateView } from '@/lib/groups/views'
import type { RuntimeChoice } from '@/lib/services/new-service-views'
import type { Act } from '@/lib/views'

export interface NewGroupActions {
  preview: Act<CreateGroupInput, PlanPreview>
  request: Act<CreateGroupInput, { recordId: string; number: number }>
}

interface Props {
  template: GroupTemplateView
  runtimes: readonly RuntimeChoice[]
  organizationSlug: string
  actions: NewGroupActions
  close: () => void
}

interface Shape {
  name: string
  application: string
  runtimeId: string
  /** Member → how many, as typed. */
  counts: Readonly<Record<string, string>>
}

/** Services are named after the group: two groups of one template can live in one application. */
function inputOf(template: GroupTemplateView, organization: string, shape: Shape): CreateGroupInput {
  const { name, application, runtimeId, counts } = shape
  const nameOf = (member: string) => `${name}-${member}`
  return {
    organization,
    application,
    name,
    runtimeId,
    template: template.name,
    members: template.members.map((member) => ({
      name: nameOf(member.name),
      packageVersionId: member.packageVersionId ?? '',
      component: member.component,
      count: Number(counts[member.name]),
      values: member.values,
      requires: Object.fromEntries(Object.entries(member.requires).map(([need, by]) => [need, by.map(nameOf)])),
    })),
  }
}

/** As the server has it; its services are called `<group>-<member>` and keep the same rule. */
function isName(template: GroupTemplateView, name: string): boolean {
  const longest = Math.max(...template.members.map((member) => `${name}-${member.name}`.length))
  return /^[a-z][a-z0-9-]{1,39}$/.test(name) && longest <= 40
}

/** A group is shaped by its name, its runtime and how many units each service has; everything else is as it ships. */
export function NewGroupDialog({ template, runtimes, organizationSlug, actions, close }: Props) {
  const t = useTranslations()
  const applications = useFrame()?.frame.organization?.applications ?? []
  const [shape, setShape] = useState<Shape>(() => ({
    name: template.name,
    application: applications[0]?.slug ?? '',
    runtimeId: (runtimes.find((one) => one.environment === 'test') ?? runtimes[0])?.id ?? '',
    counts: Object.fromEntries(template.members.map((member) => [member.name, String(member.count)])),
  }))
  const set = (change: Partial<Shape>) => setShape({ ...shape, ...change })
  const input = inputOf(template, organizationSlug, shape)
  const badName = isName(template, shape.name) ? undefined : t('services.nameRule')
  const badCount = (member: string) => {
    const count = shape.counts[member] ?? ''
    return isCount(count) && Number(count) > 0 ? undefined : t('services.countRule')
  }
  const fields = Object.fromEntries([
    ...(badName ? [[t('groups.name'), badName]] : []),
    ...template.members.flatMap(({ name }) => (badCount(name) ? [[t('groups.unitsOf', { name }), badCount(name)]] : [])),
  ])
  const isWrong = Object.keys(fields).length > 0
  const request = ({ reason, expectedHash }: PlanRequest) => actions.request({ ...input, reason, expectedHash })
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('groups.deployTitle', { name: template.title })}
      verb={t('groups.deploy')}
      organizationSlug={organizationSlug}
      previewKey={JSON.stringify(input)}
      preview={async () => (isWrong ? { ok: false, error: { code: 'invalid', message: '', fields } } : actions.preview(input))}
      request={request}
      nameToType={shape.name}
    >
      <Field
        id="group-name"
        label={t('groups.name')}
        error={badName}
        help={t('groups.nameHelp', { example: `${shape.name}-${template.members[0]?.name}` })}
      >
        <Input
          id="group-name"
          value={shape.name}
          bad={badName !== undefined}
          aria-describedby={describedBy('group-name', badName, true)}
          spellCheck={false}
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      {applications.length > 1 ? (
        <Field id="group-application" label={t('services.application')}>
          <Select
            id="group-application"
            value={shape.application}
            onChange={(application) => set({ application })}
            options={applications.map((one) => ({ value: one.slug, label: one.name }))}
          />
        </Field>
      ) : null}
      <Field id="group-runtime" label={t('services.runtime')}>
        <Select
          id="group-runtime"
          value={shape.runtimeId}
          onChange={(runtimeId) => set({ runtimeId })}
          options={runtimes.map((one) => ({ value: one.id, label: one.name, note: t(`environment.${one.environment}`) }))}
        />
      </Field>
      {template.members
        .filter((member) => member.mode === 'replicated')
        .map((member) => (
          <Field
            key={member.name}
            id={`group-count-${member.name}`}
            label={t('groups.unitsOf', { name: member.name })}
            error={badCount(member.name)}
          >
            <Input
              id={`group-count-${member.name}`}
              boxClass="narrow"
              inputMode="numeric"
              value={shape.counts[member.name] ?? ''}
              onChange={(event) => set({ counts: { ...shape.counts, [member.name]: event.target.value } })}
            />
          </Field>
        ))}
    </PlanDialog>
  )
}
