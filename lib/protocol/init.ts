import * as z from 'zod'
import { Digest, Id, Slug } from './names'

/** What a machine must be or is made to be before it takes units. Typed data: none of it ever reaches a shell. */

/** Agents of this version know init policies. */
export const initSince = '0.3.0'

const version = z.string().regex(/^\d{1,6}(\.\d{1,6}){0,3}$/, 'must be a version such as 12 or 6.1.0')
const path = z
  .string()
  .max(400)
  .regex(/^\/([A-Za-z0-9._@+-]+\/?)*$/, 'must be an absolute path with plain characters')
  .refine((text) => !text.split('/').includes('..'), 'must be an absolute path without ..')
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be a plain name')
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user name of small letters, digits, _ and -')
/** Keys as sysctl writes them; they become a path below /proc/sys. */
const kernelKey = z
  .string()
  .max(120)
  .regex(/^[a-z0-9_]+(\.[a-z0-9_-]+)+$/, 'must be a key such as vm.swappiness')
const word = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^[^\0]*$/)
const timeoutMs = z.int().min(1000).max(3_600_000)

const check = <Kind extends string, Shape extends z.core.$ZodLooseShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), ...shape })

/** Which system, by the ID of its os-release, and how new. */
export const SystemCheck = check('system', {
  distributions: z.array(z.string().regex(/^[a-z0-9._-]{1,40}$/, 'must be an ID of os-release such as debian')).max(20),
  versionAtLeast: version.nullable(),
  kernelAtLeast: version.nullable(),
})
export const DiskCheck = check('disk', {
  path,
  freeMib: z.int().min(1).max(1_000_000_000),
  /** Measured by writing 64 MiB through to the disk. */
  writeMibPerSecond: z.int().min(1).max(100_000).nullable(),
})
export const MemoryCheck = check('memory', { memoryMib: z.int().min(1).max(100_000_000), cores: z.int().min(1).max(10_000).nullable() })
/** How far its clock may be from the hub's. */
export const ClockCheck = check('clock', { withinMs: z.int().min(1000).max(3_600_000) })
export const ProgramsCheck = check('programs', {
  programs: z
    .array(z.union([path, name]))
    .min(1)
    .max(50),
})
/** `create`: made where it is missing. */
export const UserCheck = check('user', { user: account, uid: z.int().min(1).max(2_000_000_000).nullable(), create: z.boolean() })
/** `set`: written, and kept for the next start of the machine, where it differs. */
export const SysctlCheck = check('sysctl', {
  key: kernelKey,
  value: z.string().regex(/^[A-Za-z0-9._:/ -]{1,120}$/, 'must be a plain value'),
  set: z.boolean(),
})
/** A program of a package, run in the package's folder by its argument vector; 0 = passed. */
export const PackageCheck = check('package', {
  name: Slug,
  version: z.string().max(100),
  digest: Digest,
  sizeBytes: z.int().min(0),
  run: z.array(word).min(1).max(64),
  timeoutMs,
})

export const InitCheck = z.discriminatedUnion('kind', [
  SystemCheck,
  DiskCheck,
  MemoryCheck,
  ClockCheck,
  ProgramsCheck,
  UserCheck,
  SysctlCheck,
  PackageCheck,
])
export type InitCheck = z.infer<typeof InitCheck>
export type InitKind = InitCheck['kind']
export const initKinds = InitCheck.options.map((option) => option.shape.kind.value) as [InitKind, ...InitKind[]]

export const InitPolicy = z.object({ id: Id, check: InitCheck })
export type InitPolicy = z.infer<typeof InitPolicy>

/** What is to be looked at, in this order; the first that fails ends the run. Once for each `runId`. */
export const InitOrder = z.object({ runId: Id, policies: z.array(InitPolicy).min(1).max(50) })
export type InitOrder = z.infer<typeof InitOrder>

export const mostInitLog = 64 * 1024

export const InitNews = z.object({
  runId: Id,
  policyId: Id,
  state: z.enum(['running', 'passed', 'failed']),
  /** What was found; of a failure the reason, and what to do. */
  message: z.string().max(4000),
  /** The same by its code (lib/protocol/init-words.ts); agents of before say only the text. */
  said: z
    .object({ code: z.string().max(60), values: z.record(z.string().max(40), z.union([z.string().max(4000), z.number()])) })
    .optional(),
  /** What a program printed, the end of it. */
  log: z.string().max(2 * mostInitLog),
  at: z.iso.datetime(),
})
export type InitNews = z.infer<typeof InitNews>
