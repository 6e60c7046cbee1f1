import type { z } from 'zod'
import { AppError } from '@/lib/errors'
import { pathOfUnknown } from '@/lib/path-of-unknown'
import { parseInput } from './problem'

const isUpload = (sent: unknown): boolean => typeof (sent as { pipe?: unknown } | undefined)?.pipe === 'function'

/** A body or a query at the door for people and their programs: what its schema does not name is a mistake of who sent it, never passed over. */
export function parseKnown<S extends z.ZodType>(schema: S | undefined, sent: unknown): z.output<S> | undefined {
  const taken = parseInput(schema, sent)
  const path = pathOfUnknown(sent, schema || isUpload(sent) ? taken : {})
  if (path === undefined) return taken
  throw new AppError('invalid', 'The input is not valid.', { issues: [{ path, message: 'is not a field of this request' }] })
}
