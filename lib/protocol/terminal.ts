import * as z from 'zod'
import { canonicalJson } from './canonical'
import { isSignedBy, signText } from './identity'
import { Id } from './names'

/** A person's terminal or single command in a unit's folder, as the unit's application. */

const size = { cols: z.int().min(2).max(1000), rows: z.int().min(2).max(1000) }
/** Base64, so that no byte is lost. */
const data = z.string().max(120_000)

export const TerminalAct = z.discriminatedUnion('kind', [
  /** `argv` null: a shell in a pseudo terminal. */
  z.object({
    kind: z.literal('open'),
    unitId: Id,
    argv: z.array(z.string().max(4000)).min(1).max(64).nullable(),
    idleMs: z.int().min(1),
    limitMs: z.int().min(1),
    ...size,
  }),
  z.object({ kind: z.literal('type'), data }),
  z.object({ kind: z.literal('resize'), ...size }),
  z.object({ kind: z.literal('close') }),
  /** "Is it still there?" After a restart of either side. */
  z.object({ kind: z.literal('look') }),
])
export type TerminalAct = z.infer<typeof TerminalAct>

/** What the hub signs: for one machine, one connection, in this order. A relay can neither forge an act nor repeat one. */
export const TerminalOrder = z.object({
  machineId: Id,
  /** The nonce of the session's hello. */
  session: z.string().max(100),
  /** Rises with every order of a connection. */
  seq: z.int().min(1),
  terminalId: Id,
  act: TerminalAct,
})
export type TerminalOrder = z.infer<typeof TerminalOrder>

export const terminalEnds = ['exited', 'closed', 'idle', 'limit', 'gone', 'failed'] as const

/** What a terminal showed, numbered from 1; sent again until the hub says `terminal-kept`. The last one has `end`. */
export const TerminalSaid = z.object({
  terminalId: Id,
  seq: z.int().min(1),
  at: z.iso.datetime(),
  data,
  end: z.object({ reason: z.enum(terminalEnds), exitCode: z.int().nullable(), message: z.string().max(1000) }).nullable(),
})
export type TerminalSaid = z.infer<typeof TerminalSaid>

export function signTerminalOrder(hubPrivateKey: string, order: TerminalOrder): string {
  return signText(hubPrivateKey, signedText(order))
}

/** `raw` is the message as it came: a newer hub also signs fields we do not know. */
export function isTerminalOrderSigned(hubKey: string, raw: Record<string, unknown>): boolean {
  const { v: _v, type: _type, signature, ...order } = raw
  return typeof signature === 'string' && isSignedBy(hubKey, signedText(order), signature)
}

const signedText = (order: object): string => `tengen-terminal-1:${canonicalJson(order)}`
