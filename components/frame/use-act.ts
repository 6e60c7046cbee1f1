'use client'

import { useState } from 'react'
import type { ActionResult, PublicError } from '@/lib/views'
import { useSignedIn } from './sign-in-again'

/** One act at a time: busy while it goes on, and while its person signs in for it; its refusal is kept, and an answer that never came is one. */
export function useAct() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const signedIn = useSignedIn()
  const run = async <T>(act: () => Promise<ActionResult<T>>): Promise<ActionResult<T>> => {
    setBusy(true)
    const answer = await signedIn(act).catch((): ActionResult<T> => ({ ok: false, error: { code: 'unavailable', message: '' } }))
    setBusy(false)
    setError(answer.ok ? null : answer.error)
    return answer
  }
  return { busy, error, setError, run }
}
