'use client'

import { useMessages, useTranslations } from 'use-intl'
import type { Gate, PublicError, Sentence } from '@/lib/views'

type Lookup = (key: string) => boolean

/** For keys that end in a code from the server: looked up at run time, so not checked by the compiler. */
export const useSay = () => useTranslations() as (key: string, values?: Record<string, string | number>) => string

function useHas(): Lookup {
  const messages = useMessages() as Record<string, unknown>
  return (key) =>
    key
      .split('.')
      .reduce<unknown>(
        (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
        messages,
      ) !== undefined
}

/** Why a gate is shut, in the reader's words, with who may; undefined when it is open. */
export function useRefusal() {
  const t = useSay()
  const has = useHas()
  return (gate: Gate): string | undefined => {
    if (gate.allowed) return undefined
    const key = `refusals.${gate.code ?? ''}`
    const reason = gate.code && has(key) ? t(key, gate.values) : (gate.message ?? t('refusals.forbidden'))
    return gate.whoMay && gate.whoMay.length > 0 ? t('refusals.whoMay', { reason, people: gate.whoMay.join(', ') }) : reason
  }
}

/** A failed action in the reader's words; the server's sentence where the code has none. */
export function useFailure() {
  const t = useSay()
  const has = useHas()
  const fault = useFault()
  return (error: PublicError): string => fault(error) ?? (has(`errors.${error.code}`) ? t(`errors.${error.code}`) : error.message)
}

/** What exactly is wrong, where the server says it as a code that the catalogue words. */
export function useFault() {
  const t = useSay()
  const has = useHas()
  return ({ details }: PublicError): string | undefined => {
    const { reason, values } = (details ?? {}) as { reason?: string; values?: Record<string, string | number> }
    return reason && has(`faults.${reason}`) ? t(`faults.${reason}`, values) : undefined
  }
}

/** A sentence that the server sent as code and values. */
export function useSentence() {
  const t = useSay()
  const has = useHas()
  return (sentence: Sentence): string =>
    has(`sentences.${sentence.code}`)
      ? t(`sentences.${sentence.code}`, sentence.values)
      : (sentence.message ?? sentence.code.replaceAll('_', ' '))
}
