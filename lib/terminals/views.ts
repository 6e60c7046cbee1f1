import { z } from 'zod'
import { EnvironmentSchema, GateSchema, PersonSchema, TimeSchema } from '@/lib/views'

export const terminalEndReasons = ['exited', 'closed', 'idle', 'limit', 'gone', 'failed', 'revoked', 'unused', 'unreachable'] as const
export const TerminalEndSchema = z.enum(terminalEndReasons)
export type TerminalEnd = z.infer<typeof TerminalEndSchema>

/** The bus that carries a command to its machine takes no more in one message. Characters of other scripts have up to three bytes. */
export const mostCommandBytes = 6000
export const isTooLong = (argv: readonly string[]): boolean => new TextEncoder().encode(JSON.stringify(argv)).length > mostCommandBytes

export const TerminalViewSchema = z.object({
  id: z.string(),
  unitId: z.string(),
  unitName: z.string(),
  environment: EnvironmentSchema,
  openedBy: PersonSchema,
  /** Null = a shell. */
  argv: z.array(z.string()).nullable(),
  createdAt: TimeSchema,
  endedAt: TimeSchema.nullable(),
  endReason: TerminalEndSchema.nullable(),
  endMessage: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  /** At the latest. */
  endsAt: TimeSchema,
  sizeBytes: z.number().int(),
  cols: z.number().int(),
  rows: z.number().int(),
  isMine: z.boolean(),
})
export type TerminalView = z.infer<typeof TerminalViewSchema>

/** `open`: whether the reader may open one. */
export const TerminalListSchema = z.object({ items: z.array(TerminalViewSchema), open: GateSchema })
export type TerminalList = z.infer<typeof TerminalListSchema>

export const OpenedTerminalSchema = z.object({
  terminalId: z.string(),
  /** Opens /ws/terminal once, within half a minute; null for a command, which needs nobody. */
  ticket: z.string().nullable(),
})
export type OpenedTerminal = z.infer<typeof OpenedTerminalSchema>
export const TicketSchema = z.object({ ticket: z.string() })

/** What was shown: bytes as base64. */
export const FrameSchema = z.object({ seq: z.number().int(), at: TimeSchema, data: z.string() })
export const RecordingSchema = z.object({ terminal: TerminalViewSchema, frames: z.array(FrameSchema), next: z.number().int().nullable() })
export type Recording = z.infer<typeof RecordingSchema>

/** What a browser says on /ws/terminal. */
export const TerminalSaySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), ticket: z.string().max(200), after: z.number().int().min(0) }),
  z.object({ type: z.literal('type'), data: z.string().min(1).max(4000) }),
  z.object({ type: z.literal('resize'), cols: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000) }),
  z.object({ type: z.literal('close') }),
])
export type TerminalSay = z.infer<typeof TerminalSaySchema>

/** What it hears. */
export const TerminalHearSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), terminal: TerminalViewSchema }),
  z.object({ type: z.literal('frame'), ...FrameSchema.shape }),
  z.object({ type: z.literal('ended'), reason: TerminalEndSchema, exitCode: z.number().int().nullable(), message: z.string().nullable() }),
])
export type TerminalHear = z.infer<typeof TerminalHearSchema>
