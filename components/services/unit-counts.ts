'use client'

import { useTranslations } from 'use-intl'
import { useSilent } from '@/components/machines/freshness'
import type { ServiceRow, UnitPoint } from '@/lib/services/views'
import { countsNow } from './counts-now'

type Counted = Pick<ServiceRow, 'health' | 'unknownUnits' | 'running' | 'wanted'> & { points: UnitPoint[]; installed: boolean }

/** The counts of a service and the word of its health, in step with the stones that stand beside them. */
export function useUnitCounts(row: Counted) {
  const t = useTranslations()
  const silent = useSilent(row.points.map((point) => point.heardAt))
  const { unknown, running } = countsNow(row, silent)
  const missing = row.health === 'none' && !row.installed
  return {
    running,
    missing,
    state: unknown > 0 ? ('unknown' as const) : row.health,
    word: unknown > 0 ? t('services.unitsUnknown', { count: unknown }) : missing ? t('services.notInstalled') : undefined,
  }
}
