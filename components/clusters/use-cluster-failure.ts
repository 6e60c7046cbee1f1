'use client'

import { useFailure, useSentence } from '@/components/frame/use-refusal'
import { type PublicError, SentenceSchema } from '@/lib/views'

/** A failed act in the reader's words: what the cluster or its kubeconfig said, where it is about that. */
export function useClusterFailure() {
  const failure = useFailure()
  const sentence = useSentence()
  return (error: PublicError): string => {
    const said = SentenceSchema.safeParse(error.details?.sentence)
    return said.success ? sentence(said.data) : failure(error)
  }
}
