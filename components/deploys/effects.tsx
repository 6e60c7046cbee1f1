'use client'

import { useTranslations } from 'use-intl'
import type { PlanSummary } from '@/lib/deploys/plan-views'

const order = ['create', 'change', 'restart', 'replace', 'remove'] as const

/** How much the plan does, in counts; what stands first is what it does most. */
export function Effects({ counts }: { counts: PlanSummary['counts'] }) {
  const t = useTranslations()
  const sorted = [...order].sort((a, b) => Number(counts[b] > 0) - Number(counts[a] > 0))
  return (
    <div className="effects">
      {sorted.map((key) => (
        <div key={key} className={counts[key] === 0 ? 'zero' : ''}>
          <b>{counts[key]}</b>
          {t(`plan.effect.${key}`)}
        </div>
      ))}
    </div>
  )
}

/** "3 change, 3 restart": only what is not zero. */
export function useEffectWords() {
  const t = useTranslations()
  return (counts: Partial<PlanSummary['counts']>) =>
    order
      .filter((key) => (counts[key] ?? 0) > 0)
      .map((key) => `${counts[key]} ${t(`plan.effect.${key}`)}`)
      .join(', ')
}
