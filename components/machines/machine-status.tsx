'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import type { StatusOf } from '@/components/status/looks'
import { Badge, Status } from '@/components/status/status'
import { useStatusWord } from '@/components/status/use-status-word'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { MachineRow } from '@/lib/machines/views'
import { useSilence } from './freshness'

type Part = Pick<MachineRow, 'state' | 'heardAt' | 'identityConflict'>

/** What a machine shows: a conflict of identities, then silence, then its state. */
function useShown(machine: Part): { state: StatusOf<'machine'>; word?: string; silent: boolean } {
  const t = useTranslations()
  const words = useTimeWords()
  const silence = useSilence(machine.heardAt)
  if (machine.identityConflict) return { state: 'identity_conflict', silent: silence > 0 }
  if (silence > 0 && (machine.state === 'ready' || machine.state === 'inited'))
    return { state: 'unknown', word: t('status.unknownFor', { time: words.runs(silence) }), silent: true }
  return { state: machine.state, silent: silence > 0 }
}

export function MachineStatus({ machine }: { machine: Part & Pick<MachineRow, 'maintenance' | 'drainSince' | 'stateReason' | 'signals'> }) {
  const t = useTranslations()
  const sentence = useSentence()
  const wordOf = useStatusWord()
  const shown = useShown(machine)
  const note = shown.silent
    ? t('status.was', { word: wordOf('machine', machine.state) })
    : machine.state === 'inited'
      ? t('machines.standingBy')
      : machine.stateReason && sentence(machine.stateReason)
  const warning = machine.signals.find(({ does }) => does === 'no_new_units')
  return (
    <span className="row">
      <Status noun="machine" state={shown.state} {...(shown.word ? { word: shown.word } : {})} />
      {machine.maintenance ? <span className="tag">{t('machines.maintenance')}</span> : null}
      {machine.drainSince ? <span className="tag">{t('sentences.machine_drains')}</span> : null}
      {warning ? <Status noun="machine" state="warned" word={sentence(warning.says)} className="cut" /> : null}
      {note ? <span className="t3 f12 cut">{note}</span> : null}
    </span>
  )
}

export function MachineBadge({ machine }: { machine: Part }) {
  const shown = useShown(machine)
  return <Badge noun="machine" state={shown.state} {...(shown.word ? { word: shown.word } : {})} />
}
