'use client'

import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import { useStatusWord } from '@/components/status/use-status-word'
import { Stone } from '@/components/ui/stone'
import type { StoneShape } from '@/components/ui/stone-shapes'
import type { Tone } from '@/components/ui/tone'
import type { UnitPoint } from '@/lib/services/views'
import { shownUnit } from './unit-status'

/** Shapes drawn for 10 px: fewer than the words, the same colours. */
function smallLook(shown: ReturnType<typeof shownUnit>, held: boolean): [StoneShape, Tone] {
  if (shown === 'running') return ['dot', 'green']
  if (shown === 'error') return ['bad-small', 'red']
  if (shown === 'unknown') return ['unknown-small', 'none']
  if (shown === 'stopped' || shown === 'none' || shown === 'removed') return ['ring-small', 'none']
  // Nothing is under way on a held unit.
  return held ? ['held', 'amber'] : ['turning-small', 'blue']
}

function Point({ unit }: { unit: UnitPoint }) {
  const wordOf = useStatusWord()
  const t = useTranslations()
  const shown = shownUnit(unit, useSilence(unit.heardAt) > 0)
  const [shape, tone] = smallLook(shown, unit.held)
  const word = unit.held ? `${wordOf('unit', shown)}, ${wordOf('unit', 'held')}` : wordOf('unit', shown)
  return (
    <Stone shape={shape} tone={unit.held && tone === 'none' ? 'amber' : tone} label={t('services.pointIs', { name: unit.name, word })} />
  )
}

/** A unit is a point; a count or a key always stands beside a row of them. */
export const UnitPoints = ({ points, count }: { points: UnitPoint[]; count: number }) => (
  <span className="dots">
    {points.slice(0, 12).map((unit) => (
      <Point key={unit.name} unit={unit} />
    ))}
    {count > 12 ? <span className="t3 f11">+{count - 12}</span> : null}
  </span>
)
