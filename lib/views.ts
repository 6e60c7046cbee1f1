import { z } from 'zod'

/** Pieces that the views of all nouns share. Views are what a screen shows: plain data, safe in a browser, times as ISO strings. */

export const TimeSchema = z.iso.datetime()
export const EnvironmentSchema = z.enum(['test', 'production'])
export type Environment = z.infer<typeof EnvironmentSchema>

/** A person, a program with a token, or the system itself (a sweep, a standing policy). */
export const PersonSchema = z.object({ id: z.string(), name: z.string(), kind: z.enum(['person', 'token', 'system']) })
export type Person = z.infer<typeof PersonSchema>

/** May this be done now? If not: a stable code (translated by `refusals.<code>`), a sentence for codes without words, and who could. */
export const GateSchema = z.object({
  allowed: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
  /** Values that the translated sentence names. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  whoMay: z.array(z.string()).optional(),
})
export type Gate = z.infer<typeof GateSchema>

/** A sentence that the screen words itself: code → message catalogue, values → its gaps. */
export const SentenceSchema = z.object({
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** Used when the catalogue has no words for the code. */
  message: z.string().optional(),
})
export type Sentence = z.infer<typeof SentenceSchema>

/** One page of a list by cursor. `total` is null where counting would read a whole table. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), previous: z.string().nullable(), total: z.number().int().nullable() })

export interface PageOf<T> {
  items: T[]
  next: string | null
  previous: string | null
  total: number | null
}

/** An event as history shows it: `name` in past tense, worded by `events.<name with dots as underscores>`. */
export const EventViewSchema = z.object({
  id: z.string(),
  at: TimeSchema,
  name: z.string(),
  actor: PersonSchema.nullable(),
  data: z.record(z.string(), z.unknown()),
  deploy: z.object({ id: z.string(), number: z.number().int() }).nullable(),
})
export type EventView = z.infer<typeof EventViewSchema>

/** What a browser may know of a failure. */
export interface PublicError {
  code: string
  message: string
  requestId?: string
  /** Field path → what is wrong, for forms. */
  fields?: Record<string, string>
  details?: Record<string, unknown>
}

/** The answer of every server action: never a thrown message. */
export type ActionResult<T = unknown> = { ok: true; data: T } | { ok: false; error: PublicError }

export type Act<Input, Output = unknown> = (input: Input) => Promise<ActionResult<Output>>
