'use client'

import { useTranslations } from 'use-intl'
import type { PlacementRules } from '@/lib/services/rule-views'

/** What a placement asks of its machines, in a few words each. */
export function useRulesWords() {
  const t = useTranslations()
  return ({ spread, near, apart, labels }: PlacementRules): string[] => [
    t(`rules.spreads.${spread}`),
    ...near.map(({ service, on, required }) =>
      t(required ? 'rules.mustNear' : 'rules.wouldNear', { service, place: t(`rules.same.${on}`) }),
    ),
    ...apart.map(({ service, on, required }) =>
      t(required ? 'rules.mustApart' : 'rules.wouldApart', { service, place: t(`rules.same.${on}`) }),
    ),
    ...Object.entries(labels).map(([name, value]) => t('rules.needsLabel', { label: `${name}=${value}` })),
  ]
}
