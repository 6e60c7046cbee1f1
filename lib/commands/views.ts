import { z } from 'zod'
import { CommandPartSchema } from '@/lib/deploys/plan-views'
import { ApprovalRuleSchema, TaskStateSchema } from '@/lib/deploys/views'
import { CommandArgv, CommandScript } from '@/lib/protocol/command'
import { EnvironmentSchema, GateSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'

const wish = {
  /** A program and its words, read by no shell; or a script. */
  argv: CommandArgv.optional(),
  script: CommandScript.optional(),
  timeoutSeconds: z.int().min(1).max(86_400).default(60),
  /** Targets at once; null = all. */
  parallel: z.int().min(1).max(10_000).nullable().default(null),
  /** When more targets than this have failed, no further one is begun. */
  failuresAllowed: z.int().min(0).max(10_000).default(0),
  reason: z.string().trim().max(500).optional(),
  /** From the preview: exactly these targets, exactly this command. */
  expectedHash: z.string().max(64).optional(),
  /** Number of the command that this one follows. */
  again: z.int().min(1).optional(),
}
const isOne = ({ argv, script }: { argv?: unknown; script?: unknown }) => (argv === undefined) !== (script === undefined)
const oneOf = { path: ['argv'], message: 'say a command or a script, and not both' }

const onUnits = z.object({
  environment: EnvironmentSchema,
  /** Missing = all units. */
  unitIds: z.array(z.string().max(64)).max(10_000).optional(),
  ...wish,
})

/** What a program sends to the address of a service. */
export const CommandOfServiceSchema = onUnits.refine(isOne, oneOf)
export const RunCommandSchema = onUnits.extend({ organization: z.string(), application: z.string(), name: z.string() }).refine(isOne, oneOf)
export type RunCommandInput = z.input<typeof RunCommandSchema>
export type RunCommandAsk = z.output<typeof RunCommandSchema>

export const RunOnMachinesSchema = z.object({ machines: z.array(z.string().max(200)).min(1).max(10_000), ...wish }).refine(isOne, oneOf)
export type RunOnMachinesInput = z.input<typeof RunOnMachinesSchema>
export type RunOnMachinesAsk = z.output<typeof RunOnMachinesSchema>

/** Where a command can run: a unit with its machine, or a machine itself. */
export const CommandTargetSchema = z.object({
  /** Id of the unit, or name of the machine: what a request names. */
  key: z.string(),
  name: z.string(),
  machineName: z.string().nullable(),
  runtimeName: z.string(),
  heardAt: TimeSchema.nullable(),
  /** Why it is left out; null when it is not. */
  whyNot: SentenceSchema.nullable(),
})
export type CommandTarget = z.infer<typeof CommandTargetSchema>

/** What would be sent, and to whom. */
export const CommandPreviewSchema = z.object({
  expectedHash: z.string(),
  environment: EnvironmentSchema,
  targets: z.array(CommandTargetSchema),
  leftOut: z.array(CommandTargetSchema),
  approval: ApprovalRuleSchema,
})
export type CommandPreview = z.infer<typeof CommandPreviewSchema>

/** What the form begins with: who can be chosen, and what an earlier command was. */
export const CommandOfferSchema = z.object({
  organizationSlug: z.string().nullable(),
  applicationSlug: z.string().nullable(),
  /** Of the service; null = machines. */
  name: z.string().nullable(),
  environment: EnvironmentSchema,
  targets: z.array(CommandTargetSchema),
  gate: GateSchema,
  again: z.object({ number: z.int(), command: CommandPartSchema, keys: z.array(z.string()) }).nullable(),
  asOf: TimeSchema,
})
export type CommandOffer = z.infer<typeof CommandOfferSchema>

/** Targets that ended alike: the same code, exit code and output. */
export const CommandGroupSchema = z.object({
  key: z.string(),
  state: TaskStateSchema,
  code: z.string().nullable(),
  exitCode: z.int().nullable(),
  digest: z.string().nullable(),
  count: z.int(),
  /** The first lines of what they printed; null = nothing was heard of them. */
  beginning: z.string().nullable(),
  /** Whole size of the output that is kept. */
  sizeBytes: z.int(),
  names: z.array(z.string()),
})
export type CommandGroup = z.infer<typeof CommandGroupSchema>

/** A target that still runs, and the last that it printed. */
export const LiveTargetSchema = z.object({ index: z.int(), name: z.string(), end: z.string(), outputBytes: z.int() })
export type LiveTarget = z.infer<typeof LiveTargetSchema>

export const CommandStandSchema = z.object({
  counts: z.partialRecord(TaskStateSchema, z.int()),
  /** One letter a target, in the order of the plan: see `letterOf`. */
  board: z.string(),
  groups: z.array(CommandGroupSchema),
  /** Groups beyond those shown. */
  moreGroups: z.int(),
  /** The first of those that run and have printed something. */
  live: z.array(LiveTargetSchema),
})
export type CommandStand = z.infer<typeof CommandStandSchema>

export const stateLetters = { p: 'pending', q: 'ready', r: 'running', s: 'succeeded', f: 'failed', k: 'skipped', c: 'cancelled' } as const

export const CommandRowSchema = z.object({
  index: z.int(),
  name: z.string(),
  machineName: z.string().nullable(),
  state: TaskStateSchema,
  code: z.string().nullable(),
  message: z.string().nullable(),
  exitCode: z.int().nullable(),
  /** So far, while it runs. */
  outputBytes: z.int().nullable(),
  /** Only the end of the output is kept. */
  isCut: z.boolean(),
  group: z.string(),
  startedAt: TimeSchema.nullable(),
  endedAt: TimeSchema.nullable(),
})
export type CommandRow = z.infer<typeof CommandRowSchema>
export const CommandRowsSchema = pageOf(CommandRowSchema)
export type CommandRows = z.infer<typeof CommandRowsSchema>

export const CommandOutputSchema = z.object({
  name: z.string(),
  text: z.string(),
  outputBytes: z.int(),
  isCut: z.boolean(),
  /** It still runs: more may come. */
  isLive: z.boolean(),
})
export type CommandOutput = z.infer<typeof CommandOutputSchema>
