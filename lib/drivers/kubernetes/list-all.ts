import type { Ask, KubernetesClient, Query } from './client'
import { isGone } from './errors'
import type { KubernetesList } from './objects'

const pageSize = 500

/** All of a list, page by page; `version` is what a watch goes on from. A list that changed too much meanwhile is begun anew, once. */
export async function listAll<T>(client: KubernetesClient, path: string, query: Query = {}, ask: Omit<Ask, 'query'> = {}) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await pages<T>(client, path, query, ask)
    } catch (error) {
      if (attempt > 0 || !isGone(error)) throw error
    }
  }
}

async function pages<T>(client: KubernetesClient, path: string, query: Query, ask: Omit<Ask, 'query'>) {
  const items: T[] = []
  let next: string | undefined
  for (;;) {
    const page: KubernetesList<T> = await client.get(path, { ...ask, query: { ...query, limit: pageSize, continue: next } })
    items.push(...(page.items ?? []))
    next = page.metadata.continue || undefined
    if (!next) return { items, version: page.metadata.resourceVersion ?? '' }
  }
}
