import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { canEnter } from '@/lib/db/postgres-account'
import { openPlace } from '@/lib/db/postgres-binaries'
import type { Program } from './child'
import type { Home } from './home'

/** The machines of the demo: two for production, one for test. Each has a loopback address of its own, so their ports never meet; the first of all is nobody's. */
export const demoAgents = [
  { machineName: 'production-1', runtimeName: 'production', address: '127.0.0.2' },
  { machineName: 'production-2', runtimeName: 'production', address: '127.0.0.3' },
  { machineName: 'test-1', runtimeName: 'test', address: '127.0.0.4' },
] as const

const nobody = { uid: 65_534, gid: 65_534 }

/**
 * Where the agents live. As root an agent runs programs as accounts of their own, which must be able to pass down to them: in
 * a checkout behind a closed door they get an open place, and `agents` is a link to it.
 */
export function agentsFolder(home: Home): string {
  if (existsSync(home.agents)) return lstatSync(home.agents).isSymbolicLink() ? readlinkSync(home.agents) : home.agents
  if (process.getuid?.() !== 0 || canEnter(home.folder, nobody)) {
    mkdirSync(home.agents, { recursive: true, mode: 0o711 })
    return home.agents
  }
  const target = path.join(openPlace('agents'), 'agents')
  mkdirSync(target, { recursive: true, mode: 0o711 })
  symlinkSync(target, home.agents)
  return target
}

/** Joined = the hub has given it a machine id. */
export function hasJoined(folder: string, machineName: string): boolean {
  try {
    const identity = JSON.parse(readFileSync(path.join(folder, machineName, 'state/identity.json'), 'utf8')) as {
      machineId?: string | null
    }
    return Boolean(identity.machineId)
  } catch {
    return false
  }
}

export interface AgentOptions {
  readonly home: Home
  readonly folder: string
  readonly hubUrl: string
  readonly token: string | undefined
}

/** An agent gets nothing of our environment but what any program needs: neither database nor keys. */
export function agentProgram(machineName: string, { home, folder, hubUrl, token }: AgentOptions): Program {
  const address = demoAgents.find((agent) => agent.machineName === machineName)?.address ?? '127.0.0.1'
  const join = token ? ['--join', token, '--name', machineName, '--address', address] : []
  return {
    name: `agent ${machineName}`,
    // Whatever address of this machine the hub has: what they say to each other does not leave it.
    args: [path.join(home.root, 'dist/agent.mjs'), '--home', path.join(folder, machineName), '--hub', hubUrl, '--plain', ...join],
    env: agentEnvironment(),
    cwd: folder,
    patienceMs: 5_000,
  }
}

export function agentEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TENGEN_PACE']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name] as string]] : [])))
}
