import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TaskAddress } from '@/lib/protocol/names'
import { writeDurably } from './durable'
import type { Home } from './home'

/** Null stands for the file that the machine itself starts. */
export type AgentState = {
  current: string | null
  /** The machine's own file as it was at the last update. With another in its place, somebody has installed the agent anew. */
  starter: string | null
  trial: { digest: string; cause: TaskAddress; tries: number } | null
  /** The task of a trial that went wrong, until it has been told. */
  failed: { cause: TaskAddress; message: string } | null
}

export const ownFile = fileURLToPath(import.meta.url)
let digest: string | undefined
/** Of the file that runs. */
export const ownDigest = (): string => (digest ??= createHash('sha256').update(readFileSync(ownFile)).digest('hex'))

export function readAgentState(home: Home): AgentState {
  try {
    return JSON.parse(readFileSync(home.agentState, 'utf8')) as AgentState
  } catch {
    return { current: null, starter: null, trial: null, failed: null }
  }
}

export const writeAgentState = (home: Home, state: AgentState): Promise<void> => writeDurably(home.agentState, JSON.stringify(state))

/** Null where it has gone missing: then the machine's own file goes on. */
export const fileOf = (home: Home, wanted: string | null): string | null =>
  wanted !== null && existsSync(home.agentFile(wanted)) ? home.agentFile(wanted) : null

/** All but these: what is in force and what is tried. */
export function forgetAgentFiles(home: Home, kept: readonly (string | null)[]): void {
  for (const name of readdirSync(home.agents)) if (!kept.includes(name.slice(0, 64))) rmSync(join(home.agents, name), { force: true })
}
