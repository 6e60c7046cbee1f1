'use client'

import { useTranslations } from 'use-intl'
import { ProviderPicker } from '@/components/relations/provider-picker'
import { describedBy, Field } from '@/components/ui/field'
import type { NewServiceView } from '@/lib/services/new-service-views'
import type { Draft } from './use-draft'

/** Who fulfils what the package requires. Only what is there in the environment of the chosen runtime can. */
export function RelationSection({ view, draft, errors }: { view: NewServiceView; draft: Draft; errors: Record<string, string> }) {
  const t = useTranslations()
  if (draft.requires.length === 0) return null
  const environment = view.runtimes.find((one) => one.id === draft.values.runtimeId)?.environment
  return (
    <section className="fs" id="section-relations">
      <h2>{t('nav.relations')}</h2>
      <p>{t('relations.sectionHelp')}</p>
      {draft.requires.map((requirement) => {
        const id = `relation-${requirement.name}`
        const error = errors[`relations.${requirement.name}`]
        const help = t('relations.requirementHelp', { interface: requirement.interface })
        return (
          <Field key={id} label={requirement.name} name={`relations.${requirement.name}`} id={id} help={help} error={error}>
            <ProviderPicker
              id={id}
              requirement={requirement}
              choices={view.providers.filter((choice) => choice.environment === environment)}
              value={draft.values.relations[requirement.name] ?? []}
              onChange={(value) => draft.form.setValue(`relations.${requirement.name}`, value, { shouldDirty: true, shouldTouch: true })}
              bad={error !== undefined}
              describedBy={describedBy(id, error, help)}
            />
          </Field>
        )
      })}
    </section>
  )
}
