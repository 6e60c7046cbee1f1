import * as z from 'zod'
import { CopyContent, CopyOrder } from './copy'
import { Digest, Id, TaskAddress } from './names'

/** One command that many machines run once: a program with its words, or a script. */

export const mostOutputBytes = 256 * 1024
/** Agents of this version know commands. */
export const commandsSince = '0.2.0'
/** And to be updated by one. */
export const updatesSince = '0.4.0'

const noZero = /^[^\0]*$/
export const CommandArgv = z
  .array(z.string().max(4000).regex(noZero))
  .min(1)
  .max(64)
  .refine((argv) => argv[0]?.trim() !== '', { message: 'must begin with a program' })
export const CommandScript = z
  .string()
  .max(64 * 1024)
  .regex(noZero)
  .refine((text) => text.trim() !== '', { message: 'must not be empty' })

/** The agent's own file, to be put in its place. */
export const AgentFile = z.object({ version: z.string().max(50), digest: Digest, sizeBytes: z.int().min(1) })
export type AgentFile = z.infer<typeof AgentFile>

/** Exactly one of argv, script, agent and copy. */
export const CommandContent = z.object({
  argv: CommandArgv.nullable(),
  script: CommandScript.nullable(),
  timeoutMs: z.int().min(1).max(86_400_000),
  agent: AgentFile.optional(),
  copy: CopyContent.optional(),
})
export type CommandContent = z.infer<typeof CommandContent>

/** `stop`: ended where it runs, never begun where it does not. */
export const CommandEntry = CommandContent.extend({
  cause: TaskAddress,
  /** Null: on the machine itself, as the agent; else in the unit's folder, as its application. */
  unitId: Id.nullable(),
  wanted: z.enum(['run', 'stop']),
  copy: CopyOrder.optional(),
})
export type CommandEntry = z.infer<typeof CommandEntry>

/** While it runs, so much of the end of what it printed is said. */
export const mostLiveBytes = 4 * 1024

/** What a running command has printed so far. Never acknowledged, for its end says all of it again. */
export const CommandSaid = z.object({
  cause: TaskAddress,
  output: z.string().max(2 * mostLiveBytes),
  outputBytes: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
})
export type CommandSaid = z.infer<typeof CommandSaid>

/** How a command ended. `output` is the end of what it printed, both streams in their order, secrets hidden. */
export const CommandResult = z.object({
  exitCode: z.int().min(0).max(255).nullable(),
  output: z.string().max(2 * mostOutputBytes),
  /** All that it printed. */
  outputBytes: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
})
export type CommandResult = z.infer<typeof CommandResult>
