import { ApiFailure } from './fetch-json'
import { useFailure, useSentence } from './use-refusal'

/** Why something could not be read, in the reader's words; the server's own where it has no others. */
export function useUnread() {
  const sentence = useSentence()
  const failure = useFailure()
  return (error: Error): string => {
    if (!(error instanceof ApiFailure)) return error.message
    const { code, message } = error
    const { reason, sentence: said } = error.told
    if (said) return sentence(said)
    return failure({ code, message, ...(reason ? { details: { reason } } : {}) })
  }
}
