'use client'

import { useMessages } from 'use-intl'
import { ApiFailure } from '@/components/frame/fetch-json'
import { useFailure, useSay } from '@/components/frame/use-refusal'

interface Words {
  files?: { why?: Record<string, string> }
}

/** Why something was refused, in the reader's words: by the rule, else by the kind of error. */
export function useFileFailure() {
  const words = (useMessages() as Words).files?.why ?? {}
  const say = useSay()
  const failure = useFailure()
  return (error: unknown): string => {
    const { code, message, told } = error instanceof ApiFailure ? error : { code: 'unavailable', message: '', told: {} }
    const rule = (told.reason ?? '').replace(/^file_/, '')
    return Object.hasOwn(words, rule) ? say(`files.why.${rule}`) : failure({ code, message })
  }
}
