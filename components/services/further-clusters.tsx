'use client'

import { useTranslations } from 'use-intl'
import { Field } from '@/components/ui/field'
import type { NewServiceView } from '@/lib/services/new-service-views'
import { type Draft, furtherClusters } from './use-draft'

/** A service may run in several clusters of its environment at once, with as many units in each. */
export function FurtherClusters({ view, draft }: { view: NewServiceView; draft: Draft }) {
  const t = useTranslations()
  const { runtimeId, alsoIn } = draft.values
  const choices = furtherClusters(view, runtimeId)
  if (choices.length === 0) return null
  const toggle = (id: string, isOn: boolean) =>
    draft.form.setValue('alsoIn', isOn ? [...alsoIn, id] : alsoIn.filter((one) => one !== id), { shouldDirty: true, shouldTouch: true })
  return (
    <Field label={t('services.alsoIn')} id="also-in" help={t('services.alsoInHelp')}>
      <fieldset id="also-in" className="flex flex-col gap-2" aria-label={t('services.alsoIn')}>
        {choices.map((one) => (
          <label key={one.id} className="row">
            <input
              type="checkbox"
              className="tick-box"
              checked={alsoIn.includes(one.id)}
              onChange={(event) => toggle(one.id, event.target.checked)}
            />
            {one.name}
          </label>
        ))}
      </fieldset>
    </Field>
  )
}
