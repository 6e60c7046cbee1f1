import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child'

const patienceMs = 60_000

const tail = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
  } catch {
    return ''
  }
}

/** Until database, web and a worker were heard by the gateway. Says what the processes said when that does not happen. */
export async function untilReady(address: string, children: readonly Child[]): Promise<void> {
  const end = Date.now() + patienceMs
  let parts = 'the gateway does not answer'
  while (Date.now() < end) {
    const response = await fetch(`${address}/api/health/ready`).catch(() => undefined)
    if (response?.ok) return
    if (response) parts = await response.text()
    await sleep(50)
  }
  const said = children.map((child) => `--- ${child.log}\n${tail(child.log)}`).join('\n')
  throw new Error(`Not ready after ${patienceMs / 1_000} s: ${parts}\n${said}`)
}

/** Until so many agents are connected; false when they were not in time (they go on trying). */
export async function untilConnected(metricsPort: number, count: number, waitMs: number): Promise<boolean> {
  const end = Date.now() + waitMs
  while (Date.now() < end) {
    const text = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
      .then((response) => response.text())
      .catch(() => '')
    if (Number(/^tengen_sockets (\d+)$/m.exec(text)?.[1] ?? 0) >= count) return true
    await sleep(50)
  }
  return false
}
