import { z } from 'zod'
import { KubernetesError, UnreachableError } from '@/lib/drivers/kubernetes/errors'
import { KubeconfigError, mostKubeconfigBytes } from '@/lib/drivers/kubernetes/kubeconfig'
import { AppError } from '@/lib/errors'
import type { Sentence } from '@/lib/views'
import { AwayError, UnheardError } from './cluster-access'

export const KubeconfigSchema = z.string().trim().min(1).max(mostKubeconfigBytes)

/** Why a kubeconfig is not taken, for screens. */
export const kubeconfigSentence = ({ code, detail }: { code: string; detail: string }): Sentence => ({
  code: `kubeconfig_${code}`,
  values: { detail },
})

/** Why a cluster gives no answer, or none that counts; undefined = it is no matter of the cluster. */
export function troubleOf(error: unknown): Sentence | undefined {
  if (error instanceof UnreachableError) return { code: `cluster_${error.reason}`, values: { detail: error.message } }
  if (error instanceof AwayError) return { code: 'cluster_away', values: { at: error.since.getTime() } }
  if (error instanceof UnheardError) return { code: 'cluster_unheard', values: { at: error.heardAt.getTime() } }
  if (!(error instanceof KubernetesError)) return undefined
  if (error.status === 401) return { code: 'cluster_credential_refused', values: {} }
  if (error.status === 403) return { code: 'cluster_forbids', values: { detail: error.message.slice(0, 300) } }
  return { code: 'cluster_not_ready', values: { detail: error.message.slice(0, 300) } }
}

/** The same as the error of a use case: a refusal of what was given, or of what the cluster says. */
export function asAppError(error: unknown): AppError | undefined {
  if (error instanceof KubeconfigError) {
    const { code, detail } = error
    return new AppError('invalid', `The kubeconfig is not taken: ${code.replaceAll('_', ' ')} (${detail}).`, {
      reason: `kubeconfig_${code}`,
      sentence: kubeconfigSentence(error),
    })
  }
  const sentence = troubleOf(error)
  if (!sentence) return undefined
  const said = (error as Error).message
  return new AppError('unavailable', `The cluster gives no answer that counts: ${said}`, { reason: sentence.code, sentence })
}

/** Runs what asks a cluster, and words what goes wrong. */
export async function worded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asAppError(error) ?? error
  }
}
