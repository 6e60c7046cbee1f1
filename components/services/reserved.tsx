'use client'

import { useTranslations } from 'use-intl'
import { cores, formatMib } from '@/components/ui/sizes'

interface Props {
  unit: { cpuMillis: number | null; memoryMib: number | null }
  /** False: its machine lets it take more. */
  isHeld: boolean
}

/** The room of a unit, and whether anything holds it to that. */
export function Reserved({ unit: { cpuMillis, memoryMib }, isHeld }: Props) {
  const t = useTranslations()
  if (cpuMillis === null || memoryMib === null) return '–'
  const parts = [cpuMillis > 0 ? t('services.cores', { n: cores(cpuMillis) }) : null, memoryMib > 0 ? formatMib(memoryMib) : null]
  const size = parts.filter(Boolean).join(', ')
  return (
    <span className="num t2">
      {size || t('sizes.unlimited')}
      {size && !isHeld ? <span className="t3 below">{t('sizes.notHeld')}</span> : null}
    </span>
  )
}
