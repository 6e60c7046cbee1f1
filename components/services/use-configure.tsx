'use client'

import { useMemo } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import type { ConfigurationView } from '@/lib/services/views'
import type { VariableChoice } from '@/lib/variables/views'
import { type ConfigForm, ConfigFormSections, formKey } from './config-form'
import { completeValues, fieldsFrom, ownValues, secretsOf, valuesOf } from './form-values'
import { fieldsOf, type SchemaField, sectionsOf } from './schema-fields'
import { findingsByField } from './validate-values'
import { isSame, type Values, valueAt } from './value-path'
import { VariablePicker } from './variable-picker'

interface Ask {
  /** What the form begins with; without a release there is none. */
  configuration: ConfigurationView | null
  /** Set: the base comes from test, and what is typed here holds in this environment alone. */
  isOwn: boolean
  variables: { choices: VariableChoice[]; taken: string[] } | null
  applicationSlug: string
  organizationSlug: string
}

const withoutSecrets = (fields: readonly SchemaField[], values: Values): Values => {
  const secret = new Set(fields.filter((field) => field.secret).map((field) => field.key))
  return Object.fromEntries(Object.entries(values).filter(([key]) => !secret.has(key)))
}

/** What is typed goes over the base in an environment that has values of its own, else into the base. */
function changeOf(
  fields: readonly SchemaField[],
  typed: Values,
  { base, overlay, isOwn }: { base: Values; overlay: Values; isOwn: boolean },
) {
  const complete = completeValues(fields, typed, {})
  if (isOwn) return { overlay: ownValues(fields, complete, base) }
  const own = Object.fromEntries(Object.keys(overlay).flatMap((key) => (complete[key] === undefined ? [] : [[key, complete[key]]])))
  const values = Object.fromEntries(Object.entries(typed).filter(([key]) => !(key in overlay)))
  return Object.keys(overlay).length > 0 ? { values, overlay: own } : { values }
}

/** "Only in production; test has 1", and the way back to it. */
function OwnNote({ field, base, onReset }: { field: SchemaField; base: unknown; onReset: () => void }) {
  const t = useTranslations()
  return (
    <>
      <span className="tag">{t('config.onlyHere')}</span>{' '}
      {t('config.testHas', { value: base === undefined ? '–' : typeof base === 'string' ? base : JSON.stringify(base) })}{' '}
      <button type="button" className="link" aria-label={t('config.asInTestOf', { name: field.title })} onClick={onReset}>
        {t('config.asInTest')}
      </button>
    </>
  )
}

/** The form of a release's configuration, and the change that it comes to. */
export function useConfigure({ configuration, isOwn, variables, ...where }: Ask) {
  const schema = configuration?.schema ?? {}
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form keeps what was there when it opened
  const fields = useMemo(() => fieldsOf(schema), [])
  const base = withoutSecrets(fields, configuration?.values ?? {})
  const overlay = withoutSecrets(fields, configuration?.overlay ?? {})
  const stored = { ...configuration?.values, ...configuration?.overlay }
  const form = useForm<ConfigForm>({
    defaultValues: {
      name: '',
      versionId: '',
      component: '',
      runtimeId: '',
      alsoIn: [],
      count: '1',
      fields: fieldsFrom(fields, stored),
      secrets: {},
      variables: variables?.taken ?? [],
      reason: '',
    },
  })
  const watched = useWatch({ control: form.control, compute: (all: ConfigForm) => all }) as ConfigForm
  const typed = valuesOf(fields, watched)
  const secrets = secretsOf(fields, watched)
  const kept = fields.filter((field) => field.secret && valueAt(stored, field.path) !== undefined).map((field) => field.key)
  const errors = findingsByField(schema, fields, completeValues(fields, typed, secrets, kept))
  const complete = completeValues(fields, typed, {})
  const reset = (field: SchemaField) =>
    form.setValue(`fields.${formKey(field)}`, fieldsFrom([field], base)[formKey(field)], { shouldDirty: true })
  const noteOf = (field: SchemaField) => {
    const there = valueAt(base, field.path) ?? field.default
    if (!isOwn || field.secret || isSame(valueAt(complete, field.path), there)) return undefined
    return <OwnNote field={field} base={there} onReset={() => reset(field)} />
  }
  return {
    inputs: (
      <>
        <ConfigFormSections sections={sectionsOf(fields)} form={form} errors={errors} noteOf={noteOf} />
        {variables ? (
          <VariablePicker
            {...where}
            environment={variables.choices[0]?.environment}
            choices={variables.choices}
            taken={watched.variables}
            onChange={(next) => form.setValue('variables', next, { shouldDirty: true })}
          />
        ) : null}
      </>
    ),
    change: {
      ...changeOf(fields, typed, { base, overlay, isOwn }),
      secrets,
      ...(variables ? { variables: watched.variables } : {}),
    },
    blocked: Object.keys(errors).length > 0,
  }
}
