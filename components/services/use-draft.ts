'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { providerOfKey } from '@/components/relations/choice-key'
import type { NewServiceView, ServiceDraft } from '@/lib/services/new-service-views'
import { noRules } from '@/lib/services/rule-views'
import type { ConfigForm } from './config-form'
import { changedFrom, completeValues, fieldsFrom, secretsOf, valuesOf } from './form-values'
import { readRules, rulesDraftOf } from './rules-draft'
import { fieldsOf, type SchemaField, sectionsOf } from './schema-fields'
import { useLeaveGuard } from './use-leave-guard'
import { useYaml } from './use-yaml'
import { findingsByField } from './validate-values'
import { mayTake } from './variables-in'

const namePattern = /^[a-z][a-z0-9-]{1,39}$/

/** What a form begins with: nothing said yet, or what the copied service says. */
const empty = (view: NewServiceView, fields: readonly SchemaField[]): ConfigForm => ({ ...blank(view), ...copied(view, fields) })

function copied(
  { clone, package: { components }, runtimes, takenNames }: NewServiceView,
  fields: readonly SchemaField[],
): Partial<ConfigForm> {
  if (!clone) return {}
  const { name, component, runtimeId, count, rules, values, variables } = clone
  return {
    name: freeName(name, takenNames),
    ...(components.some((one) => one.name === component) ? { component } : {}),
    ...(runtimes.some((one) => one.id === runtimeId) ? { runtimeId: runtimeId ?? '' } : {}),
    count: String(count),
    rules: rulesDraftOf(rules),
    fields: fieldsFrom(fields, values),
    variables,
  }
}

/** In another application the name may stay; beside the original it cannot. */
function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const next = number === 1 ? name : `${name.slice(0, 37)}-${number}`
    if (!taken.includes(next)) return next
  }
}

/** Clusters that a service can run in beside its first. */
export const furtherClusters = ({ runtimes }: Pick<NewServiceView, 'runtimes'>, runtimeId: string) => {
  const first = runtimes.find((one) => one.id === runtimeId)
  if (first?.kind !== 'cluster') return []
  return runtimes.filter((one) => one.kind === 'cluster' && one.environment === first.environment && one.id !== first.id)
}

const blank = (view: NewServiceView): ConfigForm => ({
  name: '',
  versionId: view.package.versionId,
  component: view.package.components[0]?.name ?? 'main',
  runtimeId: view.runtimes[0]?.id ?? '',
  alsoIn: [],
  count: '1',
  rules: rulesDraftOf(noRules),
  relations: {},
  fields: {},
  secrets: {},
  variables: [],
  reason: '',
})

/** Secrets never lie in a browser's store; all else of a draft survives a reload. */
const storeKey = (view: NewServiceView) =>
  `tengen-draft ${view.organizationSlug}/${view.applicationSlug} ${view.package.name}${view.clone ? ` from ${view.clone.application}/${view.clone.name}` : ''}`

function useStoredDraft(view: NewServiceView, values: ConfigForm, restore: (draft: ConfigForm) => void, isChanged: boolean) {
  const restored = useRef(false)
  const key = storeKey(view)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    restored.current = true
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
      if (kept && typeof kept === 'object' && (kept as ConfigForm).versionId === view.package.versionId)
        restore({ ...blank(view), ...(kept as Partial<ConfigForm>), secrets: {} })
    } catch {
      sessionStorage.removeItem(key)
    }
  }, [key])
  useEffect(() => {
    if (restored.current && isChanged) sessionStorage.setItem(key, JSON.stringify({ ...values, secrets: {} }))
  }, [key, values, isChanged])
  return () => sessionStorage.removeItem(key)
}

const requiresOf = (view: NewServiceView, { component }: ConfigForm) =>
  view.package.components.find((one) => one.name === component)?.requires ?? []

/** What is wrong, by field; `name` and `placement` stand beside the package's own fields. */
function useErrors(view: NewServiceView, values: ConfigForm, fields: ReturnType<typeof fieldsOf>) {
  const t = useTranslations()
  return useMemo(() => {
    const errors: Record<string, string> = {}
    const count = Number(values.count)
    if (!namePattern.test(values.name)) errors.name = t('services.nameRule')
    else if (view.takenNames.includes(values.name)) errors.name = t('services.nameTaken')
    if (!view.runtimes.some((one) => one.id === values.runtimeId)) errors.runtime = t('services.runtimeNeeded')
    if (!Number.isInteger(count) || count < 1 || count > 1000) errors.count = t('services.countRule')
    if (readRules(values.rules).wrong.length > 0) errors.rules = t('config.fixFirst')
    for (const { name, optional } of requiresOf(view, values))
      if (!optional && !values.relations[name]?.length) errors[`relations.${name}`] = t('relations.chooseOne')
    const complete = completeValues(fields, valuesOf(fields, values), secretsOf(fields, values))
    return { ...errors, ...findingsByField(view.package.schema, fields, complete) }
  }, [values, view, fields, t])
}

export type Draft = ReturnType<typeof useDraft>

/** The draft of a new service: one set of values, edited as a form or as YAML. */
export function useDraft(view: NewServiceView) {
  const fields = useMemo(() => fieldsOf(view.package.schema), [view.package.schema])
  const form = useForm<ConfigForm>({ defaultValues: empty(view, fields), mode: 'onBlur' })
  const values = useWatch({ control: form.control, compute: (all: ConfigForm) => all }) as ConfigForm
  const isChanged = form.formState.isDirty
  const errors = useErrors(view, values, fields)
  const forget = useStoredDraft(view, values, (kept) => form.reset(kept, { keepDefaultValues: true }), isChanged)
  const [done, setDone] = useState(false)
  useLeaveGuard(isChanged && !done)
  const version = view.package.versions.find((one) => one.id === values.versionId)?.version ?? view.package.version

  const requires = requiresOf(view, values)
  const yaml = useYaml({ view, fields, form, values, version })
  const toDraft = (): ServiceDraft => ({
    name: values.name,
    packageVersionId: values.versionId,
    component: values.component,
    runtimeId: values.runtimeId,
    alsoIn: values.alsoIn.filter((id) => furtherClusters(view, values.runtimeId).some((one) => one.id === id)),
    count: Number(values.count),
    rules: readRules(values.rules).rules ?? noRules,
    relations: Object.fromEntries(requires.map(({ name }) => [name, (values.relations[name] ?? []).map(providerOfKey)])),
    values: valuesOf(fields, values),
    secrets: secretsOf(fields, values),
    variables: values.variables.filter((name) => mayTake(view, values.runtimeId, name)),
    reason: values.reason,
  })
  return {
    form,
    fields,
    requires,
    sections: sectionsOf(fields),
    values,
    version,
    errors,
    isChanged,
    changed: changedFrom(fields, {}, valuesOf(fields, values), secretsOf(fields, values)),
    yaml: yaml.text,
    yamlErrors: yaml.errors,
    yamlError: yaml.errors.length > 0,
    openYaml: yaml.open,
    typeYaml: yaml.type,
    toDraft,
    discard: () => {
      forget()
      form.reset(empty(view, fields))
      setDone(true)
    },
    /** Asked for: nothing is left to lose. */
    finish: () => {
      forget()
      setDone(true)
    },
  }
}
