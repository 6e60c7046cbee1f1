import { z } from 'zod'
import type { CommandPart } from '@/lib/deploys/plan-views'
import { CommandContent } from '@/lib/protocol/command'
import type { RunCommandAsk } from './views'

/** What the record of a command keeps of what was asked; its targets are its tasks. */
export const CommandRequestSchema = z.object({ command: CommandContent, targets: z.int() })
export type CommandRequest = z.infer<typeof CommandRequestSchema>

export const contentOf = ({ argv, script, timeoutSeconds }: Pick<RunCommandAsk, 'argv' | 'script' | 'timeoutSeconds'>): CommandContent => ({
  argv: argv ?? null,
  script: script?.replaceAll('\r\n', '\n') ?? null,
  timeoutMs: timeoutSeconds * 1000,
})

interface Kept {
  readonly request: unknown
  readonly parallel: number | null
  readonly failuresAllowed: number
}

/** The command of a record; null where it is something else. */
export function commandOf({ request, parallel, failuresAllowed }: Kept): CommandPart | null {
  const parsed = CommandRequestSchema.safeParse(request)
  return parsed.success ? { ...parsed.data.command, targets: parsed.data.targets, parallel, failuresAllowed } : null
}
