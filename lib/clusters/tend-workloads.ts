import { setTimeout as sleep } from 'node:timers/promises'
import { subscribe } from '@/lib/bus/bus'
import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { clusterTopic } from '@/lib/workloads/kubernetes-desk'
import { carryOutOrder, type Memory, newMemory } from './carry-out-order'
import { TailKeeper } from './keep-tails'
import { loadOrders, type Order } from './load-orders'
import { isInhabited } from './placed-in'
import { saveAddresses } from './save-addresses'
import { saveSights, type Written } from './save-sights'
import { hubLabel } from './wanted-namespaces'

const log = logger('observer')

/**
 * Carries out in one cluster what was ordered, and writes what the cluster shows of all that is there. Everything it goes by is in
 * rows or is seen anew, so it may be stopped at any point; one placement never waits for another.
 */
export async function tendWorkloads({ id }: Cluster, client: KubernetesClient, signal: AbortSignal): Promise<void> {
  const bell = makeBell()
  const picture = new WorkloadPicture(bell.ring)
  const place = { client, types: new ResourceTypes(client), picture }
  const busy = new Set<string>()
  const memories = new Map<string, Memory>()
  const written: Written = new Map()
  const tails = new TailKeeper(client, signal)
  const step = async (order: Order): Promise<void> => {
    const { placementId } = order.row
    if (busy.has(placementId)) return
    busy.add(placementId)
    const key = keyOf(order)
    const memory = memories.get(key) ?? newMemory()
    memories.set(key, memory)
    try {
      await carryOutOrder(order, place, memory)
    } catch (error) {
      log.debug({ err: error, placementId }, 'an order was not carried out')
    } finally {
      busy.delete(placementId)
      bell.ringLater(pace('orderStep'))
    }
  }
  const end = subscribe(clusterTopic(id), bell.ring)
  const watching = picture.watch({ client, hubLabel: await hubLabel(), pauseMs: pace('clusterRest'), signal })
  try {
    while (!signal.aborted) {
      await turn({ id, client, picture, memories, written, tails, step }).catch((error: unknown) =>
        log.warn({ err: error, cluster: id }, 'a turn failed'),
      )
      await bell.heard(pace('orderPoll'), signal)
    }
  } finally {
    end()
    await watching
  }
}

const keyOf = ({ row, task }: Order): string => `${row.placementId} ${row.revision} ${task.taskId} ${task.attempt}`

interface Turn {
  readonly id: string
  readonly client: KubernetesClient
  readonly picture: WorkloadPicture
  readonly memories: Map<string, Memory>
  readonly written: Written
  readonly tails: TailKeeper
  readonly step: (order: Order) => Promise<void>
}

async function turn({ id, client, picture, memories, written, tails, step }: Turn): Promise<void> {
  const cluster = await db.cluster.findUnique({ where: { id }, select: { runtimeId: true, removedAt: true, removingSince: true } })
  if (!cluster || cluster.removedAt || client.isResting) return
  if (cluster.removingSince && !(await isInhabited(cluster))) return
  if (picture.isWhole) {
    tails.look(picture)
    await saveSights(id, picture, written)
    await saveAddresses(id, picture)
  }
  const orders = await loadOrders({ id })
  const known = new Set(orders.map(keyOf))
  for (const key of memories.keys()) if (!known.has(key)) memories.delete(key)
  // Not waited for: what hangs is asked again, and keeps nobody else.
  for (const order of orders) void step(order)
}

/** Many rings soon after each other are heard once. */
function makeBell() {
  let wake: (() => void) | undefined
  let rung = false
  const ring = () => {
    rung = true
    wake?.()
  }
  return {
    ring,
    ringLater: (ms: number) => void setTimeout(ring, ms).unref(),
    async heard(mostMs: number, signal: AbortSignal): Promise<void> {
      if (!rung) {
        const ending = new AbortController()
        wake = () => ending.abort()
        await sleep(mostMs, undefined, { signal: AbortSignal.any([signal, ending.signal]) }).catch(() => {})
        wake = undefined
      }
      rung = false
      await sleep(pace('orderGather'), undefined, { signal }).catch(() => {})
    },
  }
}
