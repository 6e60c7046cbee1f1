import * as z from 'zod'
import { CommandResult } from './command'
import { InitNews } from './init'
import { Digest, Id, TaskAddress } from './names'

export const unitStates = ['deployed', 'installed', 'ready', 'running', 'stopped', 'error', 'removing', 'removed'] as const
export type UnitState = (typeof unitStates)[number]

const code = z.string().regex(/^[a-z][a-z0-9_]{0,60}$/)
const message = z.string().max(10_000)
const instant = z.iso.datetime()

export const LogLine = z.object({ at: instant, stream: z.enum(['stdout', 'stderr', 'agent']), text: z.string().max(100_000) })
export type LogLine = z.infer<typeof LogLine>

/** Exactly one of log, done, delete, hole, step. `seq` counts per task attempt, from 1; a hole covers [from, to] of it. */
export const CallbackNews = TaskAddress.extend({
  seq: z.int().min(1),
  log: z.array(LogLine).max(5000).optional(),
  /** `result`: of a command, where it came to an end. */
  done: z.object({ ok: z.boolean(), code: code.optional(), message: message.optional(), result: CommandResult.optional() }).optional(),
  delete: z.object({ reason: message }).optional(),
  hole: z.tuple([z.int().min(1), z.int().min(1)]).optional(),
  step: z.object({ name: z.string().max(60), try: z.int().optional(), of: z.int().optional() }).optional(),
}).refine((news) => [news.log, news.done, news.delete, news.hole, news.step].filter((part) => part !== undefined).length === 1, {
  message: 'must be exactly one of log, done, delete, hole, step',
})
export type CallbackNews = z.infer<typeof CallbackNews>

/** Every transition of a unit, and what its checks said. */
export const UnitNews = z.object({
  unitId: Id,
  generation: z.int().min(1),
  state: z.enum(unitStates),
  transition: z.enum(['upgrading', 'configuring', 'restarting', 'moving']).nullable(),
  contentDigest: Digest.nullable(),
  releaseId: Id.nullable(),
  pid: z.int().optional(),
  exitCode: z.int().nullable().optional(),
  code: code.optional(),
  message: message.optional(),
  lastLines: z.array(z.string().max(4000)).max(50).optional(),
  /** What a check printed as JSON: role, attributes, metrics. */
  facts: z.record(z.string(), z.unknown()).optional(),
  /** Digest of the relations that the unit has taken up; null before the first. */
  relations: Digest.nullable().optional(),
  /** Data directories that were kept when the unit was removed. */
  left: z.array(z.string().max(4000)).optional(),
  restarts: z.int().min(0),
  at: instant,
})
export type UnitNews = z.infer<typeof UnitNews>

export const PackageNews = z.object({
  digest: Digest,
  state: z.enum(['cached', 'failed']),
  code: code.optional(),
  message: message.optional(),
})
export type PackageNews = z.infer<typeof PackageNews>

/** Data that lay where a unit's own were to be put: they lie elsewhere now. */
export const AsideNews = z.object({ unitId: Id, from: z.string().max(4000), to: z.string().max(4000) })
export type AsideNews = z.infer<typeof AsideNews>

const seq = z.int().min(1)
const known = ['callback', 'unit', 'package', 'init', 'aside']

/** `seq` counts per machine and never falls. A kind we do not know yet comes through as a bare seq, to be acknowledged only. */
export const NewsItem = z.union([
  z.object({ seq, callback: CallbackNews }),
  z.object({ seq, unit: UnitNews }),
  z.object({ seq, package: PackageNews }),
  z.object({ seq, init: InitNews }),
  z.object({ seq, aside: AsideNews }),
  z
    .looseObject({ seq })
    .refine((item) => !known.some((key) => key in item))
    .transform((item) => ({ seq: item.seq })),
])
export type NewsItem = z.infer<typeof NewsItem>
