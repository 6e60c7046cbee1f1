import * as z from 'zod'
import { canonicalJson, digestOf } from './canonical'
import { CommandEntry } from './command'
import { isSignedBy, signText, signTextAside } from './identity'
import { InitOrder } from './init'
import { Digest, Id, InnerPath, Port, Slug, TaskAddress, UnitName } from './names'
import { UnitRelations } from './relations'

const argv = z.array(z.string().min(1).max(4000)).min(1).max(64)
const text = z.string().max(1_000_000)

export const applyEffects = ['live', 'reload', 'restart', 'recreate', 'fixed'] as const
/** What a change of one config key asks of a running unit, weakest first. */
export type ApplyEffect = (typeof applyEffects)[number]

export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

const ContentHook = z.object({ run: argv, timeoutMs: z.int().min(1).max(86_400_000) })
export type ContentHook = z.infer<typeof ContentHook>

/**
 * What `run` says beside `http`. An agent that knows no `http` would drop the field unseen; this word it refuses as a command,
 * so that its check fails with a sentence and is never green for a reason nobody asked for.
 */
export const httpCheckCommand = ['tengen:http-check'] as const

/** `run` null: the agent itself looks whether every declared port accepts a connection. */
const ContentCheck = z.object({
  run: argv.nullable(),
  http: z.object({ port: Slug, path: z.string().max(500), status: z.int().min(100).max(599).nullable() }).optional(),
  timeoutMs: z.int().min(1).max(3_600_000),
  everyMs: z.int().min(1).max(86_400_000),
  failures: z.int().min(1).max(1000),
})
export type ContentCheck = z.infer<typeof ContentCheck>

const ContentFile = z.object({
  path: InnerPath,
  mode: z.int().min(0).max(0o777).default(0o640),
  text,
  /** Set: `text` is a template, to be rendered on the machine with these and with what the agent knows of it. */
  inputs: z.record(z.string(), z.unknown()).optional(),
})
export type ContentFile = z.infer<typeof ContentFile>

/** All that defines how one unit runs, rendered by the hub; its `digestOf` is the unit's content digest. */
export const UnitContent = z.object({
  organization: Slug,
  application: Slug,
  applicationUser: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/),
  service: Slug,
  ordinal: z.int().min(0).max(999_999),
  release: z.object({ id: Id, number: z.int().min(1), version: z.string().max(100) }),
  package: z.object({ name: Slug, version: z.string().max(100), digest: Digest, sizeBytes: z.int().min(0) }),
  component: Slug,
  ports: z.record(Slug, Port),
  address: z.string().max(255),
  files: z.array(ContentFile).max(200),
  config: z.record(z.string(), z.unknown()),
  apply: z.record(z.string(), z.enum(applyEffects)),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/), text),
  process: z
    .object({ command: argv, stop: z.object({ signal: z.enum(stopSignals), timeoutMs: z.int().min(0).max(3_600_000) }) })
    .nullable(),
  hooks: z.record(z.string().regex(/^[a-z][a-z-]{0,40}$/), ContentHook),
  check: ContentCheck.nullable(),
  resources: z.object({ cpuMillis: z.int().min(0), memoryMib: z.int().min(0), diskMib: z.int().min(0) }),
  data: z.array(z.object({ name: Slug, path: InnerPath, sizeMib: z.int().min(0), keep: z.boolean(), shared: z.boolean() })).max(50),
})
export type UnitContent = z.infer<typeof UnitContent>

export function contentDigestOf(content: UnitContent): string {
  return digestOf(content)
}

export const UnitEntry = z.object({
  kind: z.literal('unit'),
  unitId: Id,
  unit: UnitName,
  generation: z.int().min(1),
  /** `as_is`: touch nothing, but go on supervising what runs. */
  wanted: z.enum(['running', 'stopped', 'absent', 'as_is']),
  /** The task that asked for this content; it gets the hooks' log and `done` when the entry is reached. */
  cause: TaskAddress.nullable(),
  /** The task that waits for the first passing check. */
  check: TaskAddress.nullable(),
  /** Another token than last time: one restart. */
  restartToken: z.string().max(100).nullable(),
  keepData: z.boolean(),
  content: UnitContent.nullable(),
  /** Beside the content, never in its digest. Null: from a hub that knows no relations. */
  relations: UnitRelations.nullable().default(null),
  /** The copy whose data it starts with, and never without; of an absent one: what its data went with, so that they stay. */
  copyId: Id.optional(),
})
export type UnitEntry = z.infer<typeof UnitEntry>

export const PackageEntry = z.object({ digest: Digest, sizeBytes: z.int().min(0), cause: TaskAddress.nullable() })
export type PackageEntry = z.infer<typeof PackageEntry>

/**
 * What a machine should be. `full` replaces what the agent knows about entries it names (and clears their causes);
 * it never removes by omission: only an `absent` entry with a generation does.
 */
export const DesiredSet = z.object({
  full: z.boolean(),
  machineId: Id,
  /** The nonce of the session's hello: a set recorded elsewhere cannot be played back. */
  session: z.string().max(100),
  era: z.int().min(0),
  revision: z.int().min(0),
  /** How long after the agent last asked (hello or poll) this may still be accepted. */
  notAfterMs: z.int().min(0),
  entries: z.array(UnitEntry).max(10_000),
  packages: z.array(PackageEntry).max(10_000),
  /** Each to be run once; missing: from a hub that knows none. */
  commands: z.array(CommandEntry).max(10_000).optional(),
  /** What a new machine is to be looked at for; missing: nothing just now. */
  init: InitOrder.optional(),
  /** `<secretId>@<version>` → the value sealed to the machine's box key. */
  secrets: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,64}@\d{1,9}$/), z.string().max(2_000_000)),
})
export type DesiredSet = z.infer<typeof DesiredSet>

export const signDesired = (hubPrivateKey: string, set: DesiredSet): string => signText(hubPrivateKey, signedText(set))
export const signDesiredAside = (hubPrivateKey: string, set: DesiredSet): Promise<string> => signTextAside(hubPrivateKey, signedText(set))

/** `raw` is the message as it came, before parsing: a newer hub also signs fields we do not know. */
export function isDesiredSigned(hubKey: string, raw: Record<string, unknown>): boolean {
  const { v: _v, type: _type, signature, ...set } = raw
  return typeof signature === 'string' && isSignedBy(hubKey, signedText(set), signature)
}

function signedText(set: object): string {
  return `tengen-desired-1:${canonicalJson(set)}`
}

/** Where a secret stands in files, env and config until the agent fills it in. */
export function secretPlaceholder(secretId: string, version: number): string {
  return `⟦secret:${secretId}@${version}⟧`
}

const placeholder = /⟦secret:([A-Za-z0-9_-]{1,64}@\d{1,9})⟧/g

export function secretReferencesIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '')
}

export function fillSecrets(text: string, secretOf: (reference: string) => string): string {
  return text.replace(placeholder, (_, reference: string) => secretOf(reference))
}
