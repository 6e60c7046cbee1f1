import type { z } from 'zod'
import { AppError } from '@/lib/errors'
import { parseInput } from './problem'

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

const isUpload = (sent: unknown): boolean => typeof (sent as { pipe?: unknown } | undefined)?.pipe === 'function'

/** A body at the door for people and their programs: what its schema does not name is a mistake of who sent it, never passed over. */
export function parseBody<S extends z.ZodType>(schema: S | undefined, sent: unknown): z.output<S> | undefined {
  const taken = parseInput(schema, sent)
  const path = unknownIn(sent, schema || isUpload(sent) ? taken : {})
  if (path === undefined) return taken
  throw new AppError('invalid', 'The input is not valid.', { issues: [{ path, message: 'is not a field of this request' }] })
}

/** Where something was sent that was not taken. */
function unknownIn(sent: unknown, taken: unknown, above = ''): string | undefined {
  const at = (key: string | number) => (above === '' ? String(key) : `${above}.${key}`)
  if (Array.isArray(sent) && Array.isArray(taken)) {
    for (const [index, one] of sent.entries()) {
      const found = unknownIn(one, taken[index], at(index))
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isMembers(sent) || !isMembers(taken)) return undefined
  for (const [key, value] of Object.entries(sent)) {
    const found = Object.hasOwn(taken, key) ? unknownIn(value, taken[key], at(key)) : at(key)
    if (found !== undefined) return found
  }
  return undefined
}
