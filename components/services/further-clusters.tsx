'use client'

import { useTranslations } from 'use-intl'
import { Field } from '@/components/ui/field'
import type { NewServiceView, RuntimeChoice } from '@/lib/services/new-service-views'
import { type Draft, furtherClusters } from './use-draft'

interface Props {
  choices: readonly Pick<RuntimeChoice, 'id' | 'name'>[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** Clusters beside the first, with as many units in each. */
export function AlsoIn({ choices, chosen, onChange }: Props) {
  const t = useTranslations()
  if (choices.length === 0) return null
  const toggle = (id: string, isOn: boolean) => onChange(isOn ? [...chosen, id] : chosen.filter((one) => one !== id))
  return (
    <Field label={t('services.alsoIn')} id="also-in" help={t('services.alsoInHelp')}>
      <fieldset id="also-in" className="flex flex-col gap-2" aria-label={t('services.alsoIn')}>
        {choices.map((one) => (
          <label key={one.id} className="row">
            <input
              type="checkbox"
              className="tick-box"
              checked={chosen.includes(one.id)}
              onChange={(event) => toggle(one.id, event.target.checked)}
            />
            {one.name}
          </label>
        ))}
      </fieldset>
    </Field>
  )
}

/** A service may run in several clusters of its environment at once. */
export function FurtherClusters({ view, draft }: { view: NewServiceView; draft: Draft }) {
  const { runtimeId, alsoIn } = draft.values
  const take = (chosen: string[]) => draft.form.setValue('alsoIn', chosen, { shouldDirty: true, shouldTouch: true })
  return <AlsoIn choices={furtherClusters(view, runtimeId)} chosen={alsoIn} onChange={take} />
}
