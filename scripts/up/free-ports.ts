import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { z } from 'zod'
import { type Home, writeSafely } from './home'

const PortsSchema = z.object({ gateway: z.number(), postgres: z.number(), web: z.number(), metrics: z.number(), workerMetrics: z.number() })
export type Ports = z.infer<typeof PortsSchema>

const first: Ports = { gateway: 4800, web: 14_800, metrics: 14_801, workerMetrics: 14_802, postgres: 15_480 }

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })

async function nextFree(host: string, from: number, taken: Set<number>): Promise<number> {
  for (let port = from; port < from + 1_000 && port < 65_536; port++) {
    if (taken.has(port) || !(await isFree(host, port))) continue
    taken.add(port)
    return port
  }
  throw new Error(`No free port from ${from} on.`)
}

/** Yesterday's ports when they are free (agents and bookmarks know them), else the next ones. `fixed` must be free. */
export async function choosePorts(home: Home, host: string, fixed: number | undefined): Promise<Ports> {
  const before = existsSync(home.ports) ? PortsSchema.safeParse(JSON.parse(readFileSync(home.ports, 'utf8'))).data : undefined
  const wish = before ?? first
  if (fixed !== undefined && !(await isFree(host, fixed)))
    throw new Error(`Port ${fixed} is taken. Leave --port away to get the next free one.`)
  const taken = new Set<number>(fixed === undefined ? [] : [fixed])
  const ports: Ports = {
    gateway: fixed ?? (await nextFree(host, wish.gateway, taken)),
    web: await nextFree('127.0.0.1', wish.web, taken),
    metrics: await nextFree('127.0.0.1', wish.metrics, taken),
    workerMetrics: await nextFree('127.0.0.1', wish.workerMetrics, taken),
    postgres: await nextFree('127.0.0.1', wish.postgres, taken),
  }
  writeSafely(home.ports, JSON.stringify(ports, null, 2), 0o600)
  return ports
}
