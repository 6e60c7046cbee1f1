'use client'

import { useTranslations } from 'use-intl'
import { useSilence } from '@/components/machines/freshness'
import type { StatusOf } from '@/components/status/looks'
import { Status } from '@/components/status/status'
import { useStatusWord } from '@/components/status/use-status-word'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { UnitPoint, UnitStateName } from '@/lib/services/views'

type Part = Pick<UnitPoint, 'state' | 'transition' | 'held' | 'heardAt'>

const transitions = ['upgrading', 'configuring', 'restarting', 'moving'] as const
const isTransition = (word: string | null): word is (typeof transitions)[number] => transitions.some((one) => one === word)

/** What a unit shows: silence beats everything, then held errors, then what is being done to it. */
export function shownUnit(unit: Part, silent: boolean): StatusOf<'unit'> {
  if (silent && unit.state !== 'none' && unit.state !== 'removed') return 'unknown'
  if (unit.state === 'error') return 'error'
  if (isTransition(unit.transition)) return unit.transition
  return unit.state
}

/** The state of a unit; "Unknown for 41 s" once its machine is not heard, with what it was. */
export function UnitStatus({ unit, exitCode, was }: { unit: Part; exitCode?: number | null; was?: boolean }) {
  const t = useTranslations()
  const words = useTimeWords()
  const wordOf = useStatusWord()
  const silence = useSilence(unit.heardAt)
  const shown = shownUnit(unit, silence > 0)
  const word =
    shown === 'unknown' && silence > 0
      ? t('status.unknownFor', { time: words.runs(silence) })
      : shown === 'error' && exitCode
        ? t('status.errorExit', { code: exitCode })
        : undefined
  return (
    <span className="row">
      <Status noun="unit" state={shown} {...(word ? { word } : {})} />
      {unit.held ? <Status noun="unit" state="held" className="f12" /> : null}
      {was && shown === 'unknown' ? (
        <span className="t3 f12">{t('status.was', { word: wordOf('unit', unit.state as UnitStateName) })}</span>
      ) : null}
    </span>
  )
}
