import { setTimeout as sleep } from 'node:timers/promises'
import { signIn } from '@/bench/hub/credentials'
import type { Hub } from '@/bench/hub/hub'
import { quantile } from '@/bench/report'
import type { Crowd, CrowdPod } from './crowd'
import { ServicePage } from './page'

const perSecond = 20
const seconds = 20
/** So many pages are open; every second change is of a pod that one of them shows. */
const openPages = 10
const patienceMs = 60_000

export const measured = { perSecond, seconds, openPages }

interface Wait {
  readonly restarts: number
  readonly since: number
}

/** How long changes take until they are seen, in milliseconds. */
class Delays {
  readonly all: number[] = []
  private readonly waiting = new Map<string, Wait[]>()

  begin(pod: string, wait: Wait): void {
    this.waiting.set(pod, [...(this.waiting.get(pod) ?? []), wait])
  }

  /** A later state says that the earlier one was passed. */
  see(pod: string, restarts: number): void {
    const waits = this.waiting.get(pod)
    if (!waits) return
    const now = performance.now()
    for (const wait of waits) if (wait.restarts <= restarts) this.all.push(now - wait.since)
    const left = waits.filter((wait) => wait.restarts > restarts)
    if (left.length > 0) this.waiting.set(pod, left)
    else this.waiting.delete(pod)
  }

  get names(): string[] {
    return [...this.waiting.keys()]
  }
}

/** Looked at every few milliseconds, which one prepared statement answers. */
export async function watchRows(
  hub: Hub,
  delays: { readonly names: readonly string[]; see(pod: string, restarts: number): void },
  isOver: () => boolean,
) {
  const ask = { name: 'bench-pods', text: 'select name, restarts from "WorkloadPod" where name = any($1)' }
  while (!isOver()) {
    if (delays.names.length > 0) {
      const { rows } = await hub.connections.pool.query<{ name: string; restarts: number }>({ ...ask, values: [delays.names] })
      for (const { name, restarts } of rows) delays.see(name, restarts)
    }
    await sleep(10)
  }
}

let count = 0

/** Changes pods of the crowd, some a second, and waits until rows and open pages have them. */
export async function measure(hub: Hub, crowd: Crowd): Promise<Record<string, number>> {
  const [inRows, onPages] = [new Delays(), new Delays()]
  const { id } = await hub.connections.db.organization.findFirstOrThrow({ where: { slug: 'harbor' } })
  const services = [...new Set(crowd.pods.map((pod) => pod.service))]
  const step = Math.max(1, Math.floor(services.length / openPages))
  const shown = services.filter((_, at) => at % step === 0).slice(0, openPages)
  const ask = { cookie: await signIn(hub), topic: `org:${id}`, shows: (pod: string, restarts: number) => onPages.see(pod, restarts) }
  const pages = await Promise.all(shown.map((service) => ServicePage.open(hub, service, ask)))
  const onPage = crowd.pods.filter((pod) => shown.includes(pod.service))
  let isOver = false
  const watching = watchRows(hub, inRows, () => isOver)
  const changing: Promise<void>[] = []
  for (let at = 0; at < perSecond * seconds; at++) {
    const isShown = at % 2 === 0
    const pod = pick(isShown ? onPage : crowd.pods)
    const wait = { restarts: ++count, since: performance.now() }
    inRows.begin(pod.name, wait)
    if (isShown) onPages.begin(pod.name, wait)
    changing.push(crowd.change(pod, wait.restarts))
    await sleep(1_000 / perSecond)
  }
  await Promise.all(changing)
  const end = performance.now() + patienceMs
  while (inRows.names.length + onPages.names.length > 0 && performance.now() < end) await sleep(20)
  isOver = true
  await watching
  for (const page of pages) page.close()
  if (inRows.names.length + onPages.names.length > 0)
    throw new Error(`Never seen: ${inRows.names.length} in rows, ${onPages.names.length} on pages.\n${hub.said()}`)
  const row = (name: string, { all }: Delays) => ({ [`${name} P50, ms`]: quantile(all, 0.5), [`${name} P99, ms`]: quantile(all, 0.99) })
  return { ...row('row', inRows), ...row('page', onPages) }
}

const pick = (pods: readonly CrowdPod[]): CrowdPod => pods[Math.floor(Math.random() * pods.length)] as CrowdPod

/** How long one change takes until its row has it. */
export async function untilInRow(hub: Hub, crowd: Crowd, work: () => Promise<unknown>): Promise<number> {
  const delays = new Delays()
  const pod = pick(crowd.pods)
  await crowd.change(pod, ++count)
  delays.begin(pod.name, { restarts: count, since: performance.now() })
  await work()
  const end = performance.now() + patienceMs
  await watchRows(hub, delays, () => delays.names.length === 0 || performance.now() > end)
  const [delay] = delays.all
  if (delay === undefined) throw new Error(`The change of ${pod.name} never came.\n${hub.said()}`)
  return delay
}
