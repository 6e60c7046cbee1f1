import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { z } from 'zod'
import { type Home, writeSafely } from './home'

const PortsSchema = z.object({ gateway: z.number(), postgres: z.number(), web: z.number(), metrics: z.number(), workerMetrics: z.number() })
export type Ports = z.infer<typeof PortsSchema>

const first: Ports = { gateway: 4800, web: 14_800, metrics: 14_801, workerMetrics: 14_802, postgres: 15_480 }

function listens(where: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ ...where, exclusive: true }, () => resolve(server))
  })
}

/**
 * Two products that start at the same moment both see a port free before either program listens. So a port is first claimed, by a
 * socket name in the kernel that lives as long as this process; then looked at.
 */
async function claim(host: string, port: number): Promise<boolean> {
  const mark = await listens({ path: `\0tengen-port-${port}` })
  if (!mark) return false
  const probe = await listens({ host, port })
  if (!probe) {
    mark.close()
    return false
  }
  mark.unref()
  return new Promise((resolve) => void probe.close(() => resolve(true)))
}

async function nextFree(host: string, from: number): Promise<number> {
  for (let port = from; port < from + 1_000 && port < 65_536; port++) if (await claim(host, port)) return port
  throw new Error(`No free port from ${from} on.`)
}

/** Yesterday's ports when they are free (agents and bookmarks know them), else the next ones. `fixed` must be free. */
export async function choosePorts(home: Home, host: string, fixed: number | undefined): Promise<Ports> {
  const probe = await listens({ host, port: 0 })
  if (!probe) throw new Error(`This machine cannot listen on ${host}: --listen takes one of its own addresses, or 0.0.0.0 for all.`)
  probe.close()
  const before = existsSync(home.ports) ? PortsSchema.safeParse(JSON.parse(readFileSync(home.ports, 'utf8'))).data : undefined
  const wish = before ?? first
  if (fixed !== undefined && !(await claim(host, fixed)))
    throw new Error(`Port ${fixed} is taken. Leave --port away to get the next free one.`)
  const ports: Ports = {
    gateway: fixed ?? (await nextFree(host, wish.gateway)),
    web: await nextFree('127.0.0.1', wish.web),
    metrics: await nextFree('127.0.0.1', wish.metrics),
    workerMetrics: await nextFree('127.0.0.1', wish.workerMetrics),
    postgres: await nextFree('127.0.0.1', wish.postgres),
  }
  writeSafely(home.ports, JSON.stringify(ports, null, 2), 0o600)
  return ports
}
