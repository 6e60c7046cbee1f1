'use client'

import type { ReactNode } from 'react'
import { Controller, type UseFormReturn } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { FieldControl } from './field-control'
import type { RulesDraft } from './rules-draft'
import type { FieldSection, SchemaField } from './schema-fields'

/** What the form keeps: texts as they were typed, so that nothing is lost while it is wrong. */
export interface ConfigForm {
  name: string
  versionId: string
  component: string
  runtimeId: string
  /** Further clusters of its environment. */
  alsoIn: string[]
  count: string
  rules: RulesDraft
  /** Requirement → who fulfils it, as `service:<id>` or `external:<id>`. */
  relations: Record<string, string[]>
  /** By field key: what was typed; missing = the default. */
  fields: Record<string, unknown>
  secrets: Record<string, string>
  /** Names of the application's variables. */
  variables: string[]
  reason: string
}

/** Keys hold dots; react-hook-form would read them as paths. */
export const formKey = (field: SchemaField) => field.key.replaceAll('.', '·')

interface Props {
  sections: FieldSection[]
  form: UseFormReturn<ConfigForm>
  errors: Record<string, string>
  /** What stands under a field instead of its help. */
  noteOf?: (field: SchemaField) => ReactNode
}

function useHelp() {
  const t = useTranslations()
  return (field: SchemaField) => {
    const parts = [field.description]
    if (field.default !== undefined && field.kind !== 'boolean')
      parts.push(t('config.default', { value: typeof field.default === 'string' ? field.default : JSON.stringify(field.default) }))
    if (field.min !== null && field.max !== null) parts.push(t('config.range', { min: field.min, max: field.max }))
    if (field.secret) parts.push(t('config.secretHelp'))
    if (field.apply === 'fixed') parts.push(t('config.apply.fixed'))
    return parts.filter(Boolean).join(' ') || undefined
  }
}

interface FieldProps {
  field: SchemaField
  form: UseFormReturn<ConfigForm>
  error: string | undefined
  note: ReactNode
}

function ConfigField({ field, form, error, note }: FieldProps) {
  const helpOf = useHelp()
  const id = `config-${field.key}`
  const help = note ?? helpOf(field)
  const name = field.secret ? (`secrets.${formKey(field)}` as const) : (`fields.${formKey(field)}` as const)
  return (
    <Field label={field.title} name={`config.${field.key}`} id={id} help={help} error={error}>
      <Controller
        control={form.control}
        name={name}
        render={({ field: input }) => (
          <FieldControl
            field={field}
            id={id}
            value={input.value}
            onChange={input.onChange}
            onBlur={input.onBlur}
            bad={error !== undefined}
            describedBy={describedBy(id, error, help)}
          />
        )}
      />
    </Field>
  )
}

/** A form from a package's JSON Schema, in sections; each says what changing it does. */
export function ConfigFormSections({ sections, form, errors, noteOf }: Props) {
  const t = useTranslations()
  return sections.map((section) => (
    <section key={section.title ?? 'config'} className="fs" id={`section-${section.title ?? 'config'}`}>
      <h2>{section.title ?? t('services.configuration')}</h2>
      {section.apply ? <p>{t(`config.changing.${section.apply}`)}</p> : null}
      {section.fields.map((field) => (
        <ConfigField key={field.key} field={field} form={form} error={errors[field.key]} note={noteOf?.(field)} />
      ))}
    </section>
  ))
}
