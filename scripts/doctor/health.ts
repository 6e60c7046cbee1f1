import { existsSync, readFileSync } from 'node:fs'
import { env } from '@/lib/env'
import type { Answer } from '@/lib/protocol/diagnosis'
import type { Home } from '@/scripts/up/home'

const patienceMs = 4_000
const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'manual' })

/** As a load balancer asks: does it live, is it ready, and which part is away. */
export async function askHealth(address: string | undefined): Promise<Answer> {
  const { GATEWAY_HOST, GATEWAY_PORT } = env()
  const origin = address ?? `http://${GATEWAY_HOST}:${GATEWAY_PORT}`
  const answers: Record<string, unknown> = { origin }
  let ok = true
  for (const name of ['live', 'ready']) {
    const began = performance.now()
    try {
      const answer = await get(`${origin}/api/health/${name}`)
      answers[name] = { status: answer.status, ms: Math.round(performance.now() - began), body: await answer.json() }
      ok &&= answer.ok
    } catch (error) {
      answers[name] = { error: (error as Error).message }
      ok = false
    }
  }
  const { body } = (answers.ready ?? {}) as { body?: { parts?: Record<string, string> } }
  const away = Object.entries(body?.parts ?? {}).flatMap(([part, state]) => (state === 'ok' ? [] : [part]))
  const says = ok ? 'live and ready' : away.length > 0 ? `away: ${away.join(', ')}` : `${origin} does not answer`
  return { ok, says, files: { 'health.json': answers } }
}

/** The counters of gateway and workers, as Prometheus reads them. */
export async function askMetrics(home: Home): Promise<Answer> {
  const ports = portsOf(home)
  const texts = await Promise.all(
    Object.entries(ports).map(
      async ([name, port]) =>
        [
          `metrics/${name}.txt`,
          await get(`http://127.0.0.1:${port}/metrics`).then(
            (answer) => answer.text(),
            () => '',
          ),
        ] as const,
    ),
  )
  const there = texts.filter(([, text]) => text !== '')
  return { ok: there.length === texts.length, says: `${there.length} of ${texts.length} answered`, files: Object.fromEntries(there) }
}

/** What the last start chose, else what the environment says. */
function portsOf(home: Home): { gateway: number; workers: number } {
  const chosen = existsSync(home.ports)
    ? (JSON.parse(readFileSync(home.ports, 'utf8')) as { metrics?: number; workerMetrics?: number })
    : {}
  const { METRICS_PORT, WORKER_METRICS_PORT } = env()
  return { gateway: chosen.metrics ?? METRICS_PORT, workers: chosen.workerMetrics ?? WORKER_METRICS_PORT }
}
