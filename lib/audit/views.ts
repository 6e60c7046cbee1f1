import { z } from 'zod'
import { PersonSchema, pageOf, TimeSchema } from '@/lib/views'

/** What an event was done to, as people filter for it. */
export const auditKinds = [
  'deploy',
  'service',
  'group',
  'package',
  'organization',
  'user',
  'token',
  'machine',
  'runtime',
  'cluster',
  'hub',
  'access',
] as const

export const AuditEntrySchema = z.object({
  /** Its place among all events; ids rise, with gaps. */
  id: z.string(),
  at: TimeSchema,
  name: z.string(),
  /** A person, a program with a token, or the system under the name it acts. */
  actor: PersonSchema,
  /** What it was done to; `name` as it was called then, or its id. */
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** Of the deploy it belongs to, where it has one. */
  deploy: z.number().int().nullable(),
  requestId: z.string().nullable(),
  /** From where the request came. */
  address: z.string().nullable(),
  /** What was said of it: never a secret. `before` and `after`, or `from` and `to`, where something changed. */
  data: z.record(z.string(), z.unknown()),
  /** Its seal is made within seconds. */
  sealed: z.boolean(),
})
export type AuditEntry = z.infer<typeof AuditEntrySchema>

export const AuditListSchema = pageOf(AuditEntrySchema).extend({
  organization: z.object({ id: z.string(), slug: z.string(), name: z.string() }).nullable(),
})
export type AuditList = z.infer<typeof AuditListSchema>

export const VerificationSchema = z.object({
  /** Everything from the first seal that is kept to the last is as it was. */
  isIntact: z.boolean(),
  seals: z.number().int(),
  events: z.number().int(),
  /** Written and not sealed yet. */
  waiting: z.number().int(),
  /** Days up to this one were dropped, being older than they are kept. */
  cutUpTo: z.string().nullable(),
  /** Of the last seal; kept elsewhere it shows later that nothing was taken off the end. */
  head: z.object({ number: z.number().int(), hash: z.string() }).nullable(),
  /** Of the hash that was asked for: whether a seal has it. Null where none was. */
  contains: z.boolean().nullable(),
  faults: z.array(
    z.object({
      kind: z.enum(['missing', 'inserted', 'changed', 'broken', 'forged']),
      seal: z.number().int(),
      at: TimeSchema,
      eventIds: z.array(z.string()),
    }),
  ),
  /** There are more faults than these. */
  isCut: z.boolean(),
})
export type Verification = z.infer<typeof VerificationSchema>
