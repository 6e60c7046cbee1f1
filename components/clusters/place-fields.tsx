'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { readLabels } from './labels-draft'

export interface PlaceDraft {
  readonly region: string
  readonly labels: string
}

/** Where a cluster is, and what placements may ask of it. */
export function PlaceFields({ value, onChange }: { value: PlaceDraft; onChange: (value: PlaceDraft) => void }) {
  const t = useTranslations()
  const error = readLabels(value.labels) ? undefined : t('clusters.labelsRule')
  return (
    <>
      <Field id="cluster-region" label={t('clusters.region')} help={t('clusters.regionHelp')}>
        <Input
          id="cluster-region"
          maxLength={63}
          spellCheck={false}
          aria-describedby="cluster-region-help"
          value={value.region}
          onChange={(event) => onChange({ ...value, region: event.target.value })}
        />
      </Field>
      <Field id="cluster-labels" label={t('clusters.labels')} help={t('clusters.labelsHelp')} error={error}>
        <textarea
          id="cluster-labels"
          className={error ? 'input bad' : 'input'}
          rows={3}
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy('cluster-labels', error, true)}
          value={value.labels}
          onChange={(event) => onChange({ ...value, labels: event.target.value })}
        />
      </Field>
    </>
  )
}
