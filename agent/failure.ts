import type { InitSaid } from '@/lib/protocol/init-words'

/** Something that went wrong in a way the hub should hear about, with a stable code. */
export class AgentFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly detail: { exitCode?: number | null; lastLines?: string[]; said?: InitSaid } = {},
  ) {
    super(message)
    this.name = 'AgentFailure'
  }
}

export function errorCodeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function isDiskFullError(error: unknown): boolean {
  const code = errorCodeOf(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

export function toFailure(error: unknown): AgentFailure {
  if (error instanceof AgentFailure) return error
  if (isDiskFullError(error)) return new AgentFailure('disk_full', 'No space is left on the disk of this machine.')
  return new AgentFailure('agent_error', error instanceof Error ? error.message : String(error))
}
