import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import path from 'node:path'
import type { Program } from './child'
import type { Database } from './database'
import { demoAgents } from './demo-agents'
import type { Ports } from './free-ports'
import { gatewayThreads } from './gateway-threads'
import type { Home } from './home'

export interface Settings {
  readonly home: Home
  readonly database: Database
  readonly ports: Ports
  readonly listen: string
  readonly isDemo: boolean
  /** An address that the hub may dial although it is private: the demo's cluster. */
  readonly clusterAddress?: string | undefined
}

export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'))

const inUrl = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Listening on every address: no address to connect to. */
const wildcards: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** What people type into a browser. */
export const addressOf = (listen: string, port: number): string => `http://${inUrl(wildcards[listen] ? 'localhost' : listen, port)}`

/** Where programs of this machine find the gateway: on another address than it listens on it does not answer. */
export const ownHost = (listen: string, port: number): string => inUrl(wildcards[listen] ?? listen, port)

/** The environment of every process of the hub. */
export function hubEnvironment({ home, database, ports, listen, isDemo, clusterAddress }: Settings): Record<string, string> {
  // npm's own variables are of no use to a server, and long.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => value !== undefined && !/^npm_/i.test(name)),
  ) as Record<string, string>
  // Routes of the demo are asked at its own machines and its cluster.
  const machines = isDemo ? demoAgents.map(({ address }) => `${address}/32`) : []
  const allowed = [inherited.OUTGOING_ALLOW, clusterAddress, ...machines].flatMap((one) => one || [])
  return {
    ...inherited,
    NODE_ENV: 'production',
    TENGEN_HOME: home.folder,
    DATABASE_URL: database.applicationUrl,
    GATEWAY_HOST: listen,
    GATEWAY_PORT: String(ports.gateway),
    WEB_HOST: '127.0.0.1',
    WEB_PORT: String(ports.web),
    METRICS_PORT: String(ports.metrics),
    WORKER_METRICS_PORT: String(ports.workerMetrics),
    // The web process works in another folder.
    AGENT_FILE: path.join(home.root, 'dist/agent.mjs'),
    DEMO: String(isDemo),
    ...(allowed.length > 0 ? { OUTGOING_ALLOW: allowed.join(',') } : {}),
    // The gateway has checked the name already; next-auth may believe it.
    AUTH_TRUST_HOST: '1',
    NEXTAUTH_SECRET: createHmac('sha256', readFileSync(home.key)).update('next-auth').digest('base64url'),
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

/** Web, workers, observers and gateway. None of them may change the schema: the owner's URL stays here. */
export function hubPrograms(settings: Settings): Program[] {
  const { root } = settings.home
  const env = hubEnvironment(settings)
  delete env.DATABASE_OWNER_URL
  const program = (name: string, file: string, more: Record<string, string> = {}): Program => ({
    name,
    args: ['--enable-source-maps', path.join(root, file)],
    env: { ...env, ...more },
    cwd: root,
    patienceMs: 12_000,
  })
  return [
    program('web', '.next/standalone/server.js', { HOSTNAME: '127.0.0.1', PORT: String(settings.ports.web) }),
    program('workers', 'dist/workers.mjs'),
    program('observers', 'dist/observers.mjs'),
    program('gateway', 'dist/gateway.mjs', gatewayThreads),
  ]
}
