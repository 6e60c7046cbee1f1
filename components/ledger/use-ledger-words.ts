'use client'

import { useSentence } from '@/components/frame/use-refusal'
import type { LedgerLine } from '@/lib/ledger/views'

/** What and why of a line in the reader's words; the text of it where it has no code. */
export function useLedgerWords() {
  const sentence = useSentence()
  return ({ what, why, said }: Pick<LedgerLine, 'what' | 'why' | 'said'>) => ({
    what: said.what ? sentence(said.what) : what,
    why: said.why ? sentence(said.why) : why,
  })
}
