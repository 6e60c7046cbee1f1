'use client'

import { useTranslations } from 'use-intl'
import { Stone } from '@/components/ui/stone'
import { lookOf, type StatusNoun, type StatusOf } from './looks'
import { useStatusWord } from './use-status-word'

interface Props<N extends StatusNoun> {
  noun: N
  state: StatusOf<N>
  /** Instead of the state's own word, e.g. "Unknown for 41 s". */
  word?: string
  className?: string
}

export function Status<N extends StatusNoun>({ noun, state, word, className }: Props<N>) {
  const wordOf = useStatusWord()
  const [shape, tone] = lookOf(noun, state)
  return (
    <span className={`st ${tone} ${className ?? ''}`}>
      <Stone shape={shape} />
      {word ?? wordOf(noun, state)}
    </span>
  )
}

export function Badge<N extends StatusNoun>({ noun, state, word, testId }: Props<N> & { testId?: string }) {
  const wordOf = useStatusWord()
  const [shape, tone] = lookOf(noun, state)
  return (
    <span className={`badge ${tone}`} role="status" data-testid={testId}>
      <Stone shape={shape} tone={tone} />
      {word ?? wordOf(noun, state)}
    </span>
  )
}

export function StatusStone<N extends StatusNoun>({ noun, state, size }: { noun: N; state: StatusOf<N>; size?: number }) {
  const t = useTranslations()
  const wordOf = useStatusWord()
  const [shape, tone] = lookOf(noun, state)
  return <Stone shape={shape} tone={tone} {...(size ? { size } : {})} label={t('status.is', { word: wordOf(noun, state) })} />
}
