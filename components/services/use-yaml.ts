'use client'

import { useState } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import type { NewServiceView } from '@/lib/services/new-service-views'
import { noRules } from '@/lib/services/rule-views'
import type { ConfigForm } from './config-form'
import { draftToYaml, type LineError, yamlToDraft } from './draft-yaml'
import { completeValues, fieldsFrom, secretsOf, valuesOf } from './form-values'
import { readRules, rulesDraftOf } from './rules-draft'
import type { SchemaField } from './schema-fields'
import { findingsByField } from './validate-values'
import { valueAt } from './value-path'

interface Ask {
  view: NewServiceView
  fields: SchemaField[]
  form: UseFormReturn<ConfigForm>
  values: ConfigForm
  version: string
}

/** The draft as text. What can be read goes into the form at once; what cannot is told with its line and stays only here. */
export function useYaml({ view, fields, form, values, version }: Ask) {
  const t = useTranslations()
  const [text, setText] = useState('')
  const [errors, setErrors] = useState<LineError[]>([])
  const open = () => {
    const runtime = view.runtimes.find((one) => one.id === values.runtimeId)?.name ?? ''
    const draft = {
      name: values.name,
      package: `${view.package.name}@${version}`,
      runtime,
      count: Number(values.count) || 1,
      rules: readRules(values.rules).rules ?? noRules,
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
    form.setValue('name', draft.name, { shouldDirty: true })
    form.setValue('count', String(draft.count), { shouldDirty: true })
    form.setValue('rules', rulesDraftOf(draft.rules), { shouldDirty: true })
    form.setValue('runtimeId', runtime?.id ?? '', { shouldDirty: true })
    form.setValue('fields', fieldsFrom(fields, draft.config), { shouldDirty: true })
    const found = findingsByField(view.package.schema, fields, completeValues(fields, draft.config, secretsOf(fields, values)))
    const secrets = fields.filter((field) => field.secret && valueAt(draft.config, field.path) !== undefined)
    const other =
      draft.package === `${view.package.name}@${version}` ? [] : [{ line: lineOf(['package']), message: t('config.packageInYaml') }]
    setErrors([
      ...other,
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
