import { setTimeout as sleep } from 'node:timers/promises'
import { observeCluster } from '@/lib/clusters/observe-cluster'
import { type ObservedCluster, observedClusters } from '@/lib/clusters/observed-clusters'
import { leaveLease, takeLease } from '@/lib/db/lease'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'

const log = logger('observers')
const lease = 'observers'

interface Running {
  /** Another revision, or another key: it is begun anew. */
  readonly revision: number
  /** It ended by itself, a while ago: it is begun anew. */
  isOver: boolean
  stop(): Promise<void>
}

function begin(cluster: ObservedCluster): Running {
  const ending = new AbortController()
  const running: Running = {
    revision: cluster.accessRevision,
    isOver: false,
    async stop() {
      ending.abort()
      await ended
    },
  }
  const ended = observeCluster(cluster, ending.signal).catch(async (error: unknown) => {
    log.warn({ err: error, cluster: cluster.id }, 'an observer ended')
    await sleep(pace('clusterRestMost'), undefined, { signal: ending.signal }).catch(() => {})
    running.isOver = true
  })
  return running
}

/**
 * One process of all watches the clusters: whoever holds the lease. It may end at any moment; another takes over when the lease is over,
 * and sees everything anew. Two at once, for a moment, do nothing twice that matters: all they do is put rows and clusters right.
 */
export function startObservers(holder: string): { stop(): Promise<void> } {
  const running = new Map<string, Running>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let heardAt = 0

  const stopAll = async () => {
    const all = [...running.values()]
    running.clear()
    await Promise.all(all.map((one) => one.stop()))
  }
  const settle = async () => {
    const rows = await observedClusters()
    const wanted = new Map(rows.map((row) => [row.id, row]))
    for (const [id, one] of running) {
      if (wanted.get(id)?.accessRevision === one.revision && !one.isOver) continue
      running.delete(id)
      // Never waited for: a cluster that hangs is nobody else's delay.
      void one.stop()
    }
    for (const row of rows) if (!running.has(row.id)) running.set(row.id, begin(row))
  }
  const look = async () => {
    try {
      if (!(await takeLease(lease, holder, pace('leaderLost')))) return await stopAll()
      heardAt = Date.now()
      await settle()
    } catch (error) {
      log.warn({ err: error }, 'the clusters were not looked at')
      // Without a word of the database somebody else may lead by now.
      if (Date.now() - heardAt > pace('leaderLost')) await stopAll()
    }
  }
  const turn = async () => {
    await look()
    if (!isStopped) timer = setTimeout(() => void (current = turn()), pace('sweep'))
  }
  let current: Promise<void> = turn()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await current
      await stopAll()
      await leaveLease(lease, holder).catch(() => {})
    },
  }
}
