import type { KubernetesClient } from './client'
import { KubernetesError } from './errors'
import { pathOf, types } from './objects'

interface Ask {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly previous: boolean
  readonly lines: number
}

/** The end of what a container printed; nothing where there is nothing any more. */
export async function readTail(client: KubernetesClient, { namespace, pod, container, previous, lines }: Ask): Promise<string[]> {
  try {
    const query = { container, previous, tailLines: lines, limitBytes: 64 * 1024 }
    const text = await client.getText(`${pathOf(types.pod, namespace, pod)}/log`, { query })
    return text.split('\n').filter((line) => line !== '')
  } catch (error) {
    if (error instanceof KubernetesError) return []
    throw error
  }
}
