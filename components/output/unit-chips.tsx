'use client'

import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import { shownUnit } from '@/components/services/unit-status'
import { lookOf } from '@/components/status/looks'
import { useStatusWord } from '@/components/status/use-status-word'
import { Stone } from '@/components/ui/stone'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { OutputUnit } from '@/lib/output/views'
import { unitColour } from './unit-colours'

function Chip({ unit, colour, on, onToggle }: { unit: OutputUnit; colour: string; on: boolean; onToggle: () => void }) {
  const t = useTranslations()
  const words = useTimeWords()
  const silence = useSilence(unit.removed ? null : unit.heardAt)
  const wordOf = useStatusWord()
  const state = unit.removed ? 'removed' : shownUnit({ ...unit, transition: null, held: false }, silence > 0)
  const [shape, tone] = lookOf('unit', state)
  return (
    <button type="button" className={`chip unit-chip ${colour}`} aria-pressed={on} onClick={onToggle}>
      <i aria-hidden="true" />
      <b>{unit.name}</b>
      <Stone shape={shape} tone={tone} size={12} label={wordOf('unit', state)} />
      {unit.removed ? <span className="t3">{t('output.removed')}</span> : null}
      {silence > 0 ? <span className="t3">{t('status.unknownFor', { time: words.runs(silence) })}</span> : null}
    </button>
  )
}

interface Props {
  units: readonly OutputUnit[]
  chosen: readonly string[]
  onChoose: (unitIds: string[]) => void
}

/** Each unit with its colour; pressed ones are shown. */
export function UnitChips({ units, chosen, onChoose }: Props) {
  const t = useTranslations()
  const toggle = (id: string) => onChoose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <fieldset className="unit-chips" aria-label={t('output.units')}>
      {units.map((unit, index) => (
        <Chip key={unit.id} unit={unit} colour={unitColour(index)} on={chosen.includes(unit.id)} onToggle={() => toggle(unit.id)} />
      ))}
    </fieldset>
  )
}
