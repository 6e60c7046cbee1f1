import * as z from 'zod'
import { canonicalJson } from './canonical'
import { isSignedBy, signText } from './identity'
import { Id } from './names'

/** Agents of this version delete data that a unit left behind; older ones pass the order over. */
export const dropsSince = '0.6.0'

/**
 * What the hub signs: these data, left behind by this unit, are deleted for ever. For one machine and one connection; asked again, an
 * agent that has done it says so.
 */
export const DropOrder = z.object({
  machineId: Id,
  /** The nonce of the session's hello. */
  session: z.string().max(100),
  seq: z.int().min(1),
  /** The line of the ledger. */
  lineId: Id,
  unitId: Id,
  generation: z.int().min(1),
  /** As the agent said it when it kept them. */
  path: z.string().min(1).max(4096),
})
export type DropOrder = z.infer<typeof DropOrder>

/** Null: there is nothing any more. */
export const DropSaid = z.object({ lineId: Id, code: z.string().max(61).nullable(), message: z.string().max(1000) })
export type DropSaid = z.infer<typeof DropSaid>

export const signDropOrder = (hubPrivateKey: string, order: DropOrder): string => signText(hubPrivateKey, signedText(order))

/** `raw` is the message as it came: a newer hub also signs fields we do not know. */
export function isDropOrderSigned(hubKey: string, raw: Record<string, unknown>): boolean {
  const { v: _v, type: _type, signature, ...order } = raw
  return typeof signature === 'string' && isSignedBy(hubKey, signedText(order), signature)
}

const signedText = (order: object): string => `tengen-drop-1:${canonicalJson(order)}`
