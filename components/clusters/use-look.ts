'use client'

import { useState } from 'react'
import { useAct } from '@/components/frame/use-act'
import type { KubeconfigLook } from '@/lib/clusters/views'
import type { Act } from '@/lib/views'

export type LookAtKubeconfig = Act<{ kubeconfig: string; context?: string }, KubeconfigLook>
export type AccountChoice = 'own' | 'given'

/** A kubeconfig that is typed and looked at. Another text, or another context, has to be looked at anew. */
export function useLook(look: LookAtKubeconfig) {
  const [text, setText] = useState('')
  const [found, setFound] = useState<KubeconfigLook | null>(null)
  const [chosen, choose] = useState<AccountChoice | null>(null)
  const acting = useAct()
  const lacks = found?.cluster?.lacks.filter((one) => !one.isOptional) ?? []
  const may: Record<AccountChoice, boolean> = {
    own: found?.cluster?.lacksToInstall.length === 0,
    given: found?.cluster != null && lacks.length === 0,
  }
  const account = chosen && may[chosen] ? chosen : may.own ? 'own' : may.given ? 'given' : null
  const at = async (context?: string) => {
    const answer = await acting.run(() => look({ kubeconfig: text, ...(context === undefined ? {} : { context }) }))
    setFound(answer.ok ? answer.data : null)
  }
  return {
    text,
    change(next: string) {
      setText(next)
      setFound(null)
      acting.setError(null)
    },
    found,
    at,
    may,
    account,
    choose,
    busy: acting.busy,
    error: acting.error,
    /** What is sent; null while it is not known what it leads to. */
    choice: found?.cluster && found.context !== null && account ? { kubeconfig: text, context: found.context, account } : null,
  }
}

export type Looking = ReturnType<typeof useLook>
