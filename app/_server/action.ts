import { headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import { z } from 'zod'
import { noteRefusal } from '@/lib/audit/note-refusal'
import type { PersonActor } from '@/lib/auth/actor'
import { databaseAway, isDatabaseAway } from '@/lib/db/database-away'
import { AppError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { logger } from '@/lib/logger'
import { pathOfUnknown } from '@/lib/path-of-unknown'
import { isTooDeep } from '@/lib/too-deep'
import { pathOfUnkept } from '@/lib/unkept-text'
import type { ActionResult, PublicError } from '@/lib/views'
import { findActor } from './actor'

const log = logger('web.action')

/** Every action answers the same three questions: who asks, is it sound, and what may the browser know of a failure. */
export const action =
  <S extends z.ZodType, T>(schema: S, run: (actor: PersonActor, input: z.output<S>) => Promise<T>) =>
  async (raw: z.input<S>): Promise<ActionResult<T>> => {
    let actor: PersonActor | null = null
    try {
      actor = await findActor()
      if (!actor) throw new AppError('sign_in', 'Your session has ended. Sign in again.')
      if (isTooDeep(raw)) throw new AppError('invalid', 'Some fields are not valid.')
      return { ok: true, data: await run(actor, insistKnown(raw, insistKept(schema.parse(raw)))) }
    } catch (error) {
      unstable_rethrow(error) // redirect() and notFound() travel as throws
      if (actor) await noteRefusal(actor, error, { organization: organizationIn(raw), what: await pageOf() })
      return { ok: false, error: publicError(error) }
    }
  }

/** Characters that no text of the database may hold: nobody types them, so nobody is told by field. */
function insistKept<T>(input: T): T {
  if (pathOfUnkept(input) === undefined) return input
  throw new AppError('invalid', 'Some fields are not valid.')
}

/** What its schema does not name is a mistake of the page that sent it, or of who pretends to be one. */
function insistKnown<T>(raw: unknown, input: T): T {
  const path = pathOfUnknown(raw, input)
  if (path === undefined) return input
  throw new AppError('invalid', 'Some fields are not valid.', { fields: { [path]: 'is not a field of this request' } })
}

const organizationIn = (input: unknown): string | undefined => {
  const slug = (input as { organization?: unknown } | null)?.organization
  return typeof slug === 'string' ? slug : undefined
}

/** The page whose button it was. */
async function pageOf(): Promise<string> {
  const from = (await headers()).get('referer')
  return from && URL.canParse(from) ? new URL(from).pathname : '/'
}

/** What a browser may know: our own sentences with their code, and for everything else a request id only. */
export function publicError(error: unknown): PublicError {
  if (error instanceof AppError) {
    const { fields, ...details } = error.details as { fields?: Record<string, string> }
    return { code: error.code, message: error.message, ...(fields ? { fields } : {}), details }
  }
  if (error instanceof z.ZodError) {
    const fields = Object.fromEntries(error.issues.map((issue) => [issue.path.join('.'), issue.message]))
    return { code: 'invalid', message: 'Some fields are not valid.', fields }
  }
  const requestId = newId()
  log.error({ err: error, requestId }, 'an action failed')
  if (isDatabaseAway(error)) return { ...publicError(databaseAway(error)), requestId }
  return { code: 'internal', message: 'Something went wrong on our side.', requestId }
}
