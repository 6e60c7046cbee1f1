import { z } from 'zod'

const words = z
  .string()
  .max(500)
  .transform((text) => text.split(',').filter(Boolean).slice(0, 30))

/** What the address of a list may say. Each list reads what it knows; the rest is ignored. */
export const ListParamsSchema = z.object({
  q: z.string().trim().max(200).default('').catch(''),
  /** A column's name, with `-` before it for the other direction; '' = the list's own order. */
  sort: z
    .string()
    .regex(/^-?[a-z]{1,20}$/)
    .or(z.literal(''))
    .default('')
    .catch(''),
  view: z.string().max(20).default('').catch(''),
  after: z.string().max(400).nullable().default(null).catch(null),
  before: z.string().max(400).nullable().default(null).catch(null),
  environment: words.default([]).catch([]),
  health: words.default([]).catch([]),
  runtime: words.default([]).catch([]),
  package: words.default([]).catch([]),
  kind: words.default([]).catch([]),
  state: words.default([]).catch([]),
  pool: words.default([]).catch([]),
  zone: words.default([]).catch([]),
  label: words.default([]).catch([]),
  expiry: words.default([]).catch([]),
})
export type ListParams = z.output<typeof ListParamsSchema>

/** From Next's search params or a query string; a parameter given twice counts once. */
export const readListParams = (params: Record<string, string | string[] | undefined>): ListParams =>
  ListParamsSchema.parse(
    Object.fromEntries(
      Object.entries(params).flatMap(([key, value]) => (value === undefined ? [] : [[key, Array.isArray(value) ? value[0] : value]])),
    ),
  )
