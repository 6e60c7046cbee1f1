'use client'

import { useState } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import type { NewServiceView } from '@/lib/services/new-service-views'
import { noRules } from '@/lib/services/rule-views'
import type { ConfigForm } from './config-form'
import { draftToYaml, type LineError, yamlToDraft } from './draft-yaml'
import { completeValues, fieldsFrom, secretsOf, valuesOf } from './form-values'
import { namesOfRelations, relationsOfNames } from './relations-yaml'
import { readRules, rulesDraftOf } from './rules-draft'
import type { SchemaField } from './schema-fields'
import { findingsByField } from './validate-values'
import { valueAt } from './value-path'
import { variablesIn } from './variables-in'

interface Ask {
  view: NewServiceView
  fields: SchemaField[]
  form: UseFormReturn<ConfigForm>
  values: ConfigForm
  version: string
}

/** Who may fulfil a requirement where it is to run. */
const providersIn = ({ providers, runtimes }: NewServiceView, runtimeId: string) => {
  const environment = runtimes.find((one) => one.id === runtimeId)?.environment
  return providers.filter((choice) => choice.environment === environment)
}

/** The draft as text. What can be read goes into the form at once; what cannot is told with its line and stays only here. */
export function useYaml({ view, fields, form, values, version }: Ask) {
  const t = useTranslations()
  const [text, setText] = useState('')
  const [errors, setErrors] = useState<LineError[]>([])
  const open = () => {
    const runtime = view.runtimes.find((one) => one.id === values.runtimeId)?.name ?? ''
    const there = variablesIn(view, values.runtimeId).map((one) => one.name)
    const draft = {
      name: values.name,
      package: `${view.package.name}@${version}`,
      ...(view.package.components.length > 1 ? { component: values.component } : {}),
      runtime,
      count: Number(values.count) || 1,
      rules: readRules(values.rules).rules ?? noRules,
      relations: namesOfRelations(providersIn(view, values.runtimeId), values.relations),
      variables: values.variables.filter((name) => there.includes(name)),
      config: valuesOf(fields, values),
    }
    setErrors([])
    setText(draftToYaml(draft, fields))
  }
  const type = (next: string) => {
    setText(next)
    const parsed = yamlToDraft(next)
    if (!parsed.ok) return setErrors(parsed.errors)
    const { draft, lineOf } = parsed
    const runtime = view.runtimes.find((one) => one.name === draft.runtime)
    const runtimeId = runtime?.id ?? ''
    const component = view.package.components.find((one) => one.name === (draft.component ?? view.package.components[0]?.name))
    const { relations, wrong } = relationsOfNames(providersIn(view, runtimeId), component?.requires ?? [], draft.relations)
    const there = variablesIn(view, runtimeId).map((one) => one.name)
    form.setValue('name', draft.name, { shouldDirty: true })
    form.setValue('count', String(draft.count), { shouldDirty: true })
    form.setValue('rules', rulesDraftOf(draft.rules), { shouldDirty: true })
    form.setValue('runtimeId', runtimeId, { shouldDirty: true })
    if (component) form.setValue('component', component.name, { shouldDirty: true })
    form.setValue('relations', relations, { shouldDirty: true })
    form.setValue('variables', draft.variables, { shouldDirty: true })
    form.setValue('fields', fieldsFrom(fields, draft.config), { shouldDirty: true })
    const found = findingsByField(view.package.schema, fields, completeValues(fields, draft.config, secretsOf(fields, values)))
    const secrets = fields.filter((field) => field.secret && valueAt(draft.config, field.path) !== undefined)
    const other =
      draft.package === `${view.package.name}@${version}` ? [] : [{ line: lineOf(['package']), message: t('config.packageInYaml') }]
    setErrors([
      ...other,
      ...(component ? [] : [{ line: lineOf(['component']), message: t('config.componentInYaml', { name: draft.component ?? '' }) }]),
      ...wrong.map(({ requirement, name }) => ({
        line: lineOf(['relations', requirement]),
        message: name === undefined ? t('relations.notRequired', { requirement }) : t('relations.nobodyCalled', { name, requirement }),
      })),
      ...draft.variables
        .filter((name) => runtime && !there.includes(name))
        .map((name) => ({ line: lineOf(['variables']), message: t('variables.notHere', { name }) })),
      ...(runtime ? [] : [{ line: lineOf(['placements']), message: t('services.runtimeNeeded') }]),
      ...secrets.map((field) => ({ line: lineOf(['config', ...field.path]), message: t('config.secretInYaml', { key: field.key }) })),
      ...Object.entries(found).map(([key, message]) => ({
        line: lineOf(['config', ...key.split('.').filter(Boolean)]),
        message: `${key} ${message}`,
      })),
    ])
  }
  return { text, errors, open, type }
}
