'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { useSilence } from '@/components/machines/freshness'
import type { StatusOf } from '@/components/status/looks'
import { Badge, Status } from '@/components/status/status'
import { useStatusWord } from '@/components/status/use-status-word'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { ClusterRowView } from '@/lib/clusters/views'

type Part = Pick<ClusterRowView, 'state' | 'heardAt' | 'isRemoving'>

/** What a cluster shows: its removal, then silence, then its state. Nothing stays green from memory. */
function useShown({ state, heardAt, isRemoving }: Part): { state: StatusOf<'cluster'>; word?: string; silent: boolean } {
  const t = useTranslations()
  const words = useTimeWords()
  const silence = useSilence(heardAt)
  if (isRemoving) return { state: 'removing', silent: silence > 0 }
  if (silence > 0 && state === 'ready')
    return { state: 'unknown', word: t('status.unknownFor', { time: words.runs(silence) }), silent: true }
  return { state, silent: silence > 0 }
}

export function ClusterStatus({ cluster }: { cluster: Part & Pick<ClusterRowView, 'stateReason'> }) {
  const t = useTranslations()
  const sentence = useSentence()
  const wordOf = useStatusWord()
  const shown = useShown(cluster)
  const note =
    shown.state === 'unknown'
      ? t('status.was', { word: wordOf('cluster', cluster.state) })
      : cluster.state === 'offline' && cluster.stateReason
        ? sentence(cluster.stateReason)
        : null
  return (
    <span className="row">
      <Status noun="cluster" state={shown.state} {...(shown.word ? { word: shown.word } : {})} />
      {note ? <span className="t3 f12 cut">{note}</span> : null}
    </span>
  )
}

export function ClusterBadge({ cluster }: { cluster: Part }) {
  const shown = useShown(cluster)
  return <Badge noun="cluster" state={shown.state} {...(shown.word ? { word: shown.word } : {})} />
}

interface SeenProps<N extends 'cluster' | 'namespace'> {
  noun: N
  state: StatusOf<N>
  isSilent: boolean
}

/** The state of something inside a cluster; grey, with what it was, while the cluster is silent. */
export function Seen<N extends 'cluster' | 'namespace'>({ noun, state, isSilent }: SeenProps<N>) {
  const t = useTranslations()
  const wordOf = useStatusWord()
  if (!isSilent) return <Status noun={noun} state={state} />
  return (
    <span className="row">
      <Status noun={noun} state={'unknown' as StatusOf<N>} />
      <span className="t3 f12">{t('status.was', { word: wordOf(noun, state) })}</span>
    </span>
  )
}
