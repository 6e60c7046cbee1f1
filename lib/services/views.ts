import { z } from 'zod'
import { ReleaseRefSchema } from '@/lib/deploys/release-views'
import { ApprovalRuleSchema, DeployKindSchema, DeployRefSchema, DeployRowSchema } from '@/lib/deploys/views'
import { VariableChoiceSchema, VariableNameSchema } from '@/lib/variables/views'
import { EnvironmentSchema, GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'
import { WorkloadViewSchema } from '@/lib/workloads/views'
import { PlacementRulesSchema } from './rule-views'
import { StageSizeSchema } from './size-views'

export const healthStates = ['unknown', 'progressing', 'healthy', 'degraded', 'stopped', 'gone', 'none'] as const
export const HealthSchema = z.enum(healthStates)
export type Health = z.infer<typeof HealthSchema>

export const unitStates = [
  'none',
  'allocated',
  'deployed',
  'installed',
  'ready',
  'running',
  'stopped',
  'error',
  'removing',
  'removed',
] as const
export const UnitStateSchema = z.enum(unitStates)
export type UnitStateName = z.infer<typeof UnitStateSchema>

/** A unit as a point: enough for its colour and its word. */
export const UnitPointSchema = z.object({
  name: z.string(),
  state: UnitStateSchema,
  transition: z.string().nullable(),
  held: z.boolean(),
  /** The last word of its machine; null = never placed. */
  heardAt: TimeSchema.nullable(),
})
export type UnitPoint = z.infer<typeof UnitPointSchema>

export const RuntimeRefSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['pool', 'cluster']),
  environment: EnvironmentSchema,
})
export type RuntimeRef = z.infer<typeof RuntimeRefSchema>

export const serviceActs = [
  'upgrade',
  'configure',
  'scale',
  'resize',
  'restart',
  'start',
  'stop',
  'promote',
  'add_stage',
  'clone',
  'rollback',
  'accept',
  'migrate',
  'command',
  'remove',
] as const
export type ServiceAct = (typeof serviceActs)[number]
export const ServiceGatesSchema = z.record(z.enum(serviceActs), GateSchema)
export type ServiceGates = z.infer<typeof ServiceGatesSchema>

/** One row of the list: a service in one environment (a stage). */
export const ServiceRowSchema = z.object({
  id: z.string(),
  stageId: z.string(),
  name: z.string(),
  applicationSlug: z.string(),
  environment: EnvironmentSchema,
  health: HealthSchema,
  /** How many units are not heard; shown instead of the health when it is not zero. */
  unknownUnits: z.number().int(),
  running: z.number().int(),
  wanted: z.number().int(),
  /** At most twelve; more are told by the count. */
  points: z.array(UnitPointSchema),
  packageName: z.string(),
  version: z.string().nullable(),
  releases: z.array(z.number().int()),
  runtimes: z.array(RuntimeRefSchema),
  /** False until its first install has ended well somewhere. */
  installed: z.boolean(),
  placements: z.array(z.object({ id: z.string(), wanted: z.number().int() })),
  lastDeploy: DeployRefSchema.extend({ waitingAtGate: z.boolean() }).nullable(),
  gates: ServiceGatesSchema,
  changedAt: TimeSchema,
})
export type ServiceRow = z.infer<typeof ServiceRowSchema>
export const ServiceListSchema = pageOf(ServiceRowSchema).extend({
  /** What the chips offer. */
  choices: z.object({ packages: z.array(z.string()), runtimes: z.array(z.string()) }),
  gates: z.object({ create: GateSchema }),
  asOf: TimeSchema,
})
export type ServiceList = z.infer<typeof ServiceListSchema>

/** What may be asked for single units. */
export const unitActs = ['restart', 'start', 'stop', 'migrate'] as const
export type UnitAct = (typeof unitActs)[number]

export const UnitViewSchema = UnitPointSchema.extend({
  id: z.string(),
  placementId: z.string(),
  stateSince: TimeSchema,
  release: ReleaseRefSchema.nullable(),
  machine: z.object({ id: z.string(), name: z.string() }).nullable(),
  endpoint: z.string().nullable(),
  ports: z.array(z.object({ name: z.string(), number: z.number().int() })),
  cpuMillis: z.number().int().nullable(),
  memoryMib: z.number().int().nullable(),
  diskMib: z.number().int().nullable(),
  /** False: its machine does not hold it to its size. */
  sizeHeld: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  restarts: z.number().int(),
  lastLines: z.string().nullable(),
  heldBy: z.object({ id: z.string(), number: z.number().int() }).nullable(),
  gates: z.record(z.enum(unitActs), GateSchema),
})
export type UnitView = z.infer<typeof UnitViewSchema>

export const PlacementViewSchema = z.object({
  id: z.string(),
  runtime: RuntimeRefSchema,
  subset: z.string(),
  release: ReleaseRefSchema.nullable(),
  wantedRelease: ReleaseRefSchema.nullable(),
  wanted: z.number().int(),
  running: z.number().int(),
  unknown: z.number().int(),
  units: z.array(UnitViewSchema),
  /** Of a placement in a cluster, once something was ordered there. */
  workload: WorkloadViewSchema.nullable(),
  /** What it asks of its machines, and whether the reader may change that. */
  rules: PlacementRulesSchema,
  setRules: GateSchema,
  /** To let be what others changed of it in its cluster. */
  keepOutside: GateSchema,
})
export type PlacementView = z.infer<typeof PlacementViewSchema>

export const ReleaseViewSchema = ReleaseRefSchema.extend({
  createdBy: PersonSchema,
  createdAt: TimeSchema,
  /** Subsets and runtimes that run it now. */
  placedIn: z.array(z.object({ runtimeName: z.string(), subset: z.string() })),
  current: z.boolean(),
  rollBack: GateSchema,
})
export type ReleaseView = z.infer<typeof ReleaseViewSchema>

/** A JSON Schema as packages write it; the form reads the keywords it knows. */
export const ConfigSchemaSchema = z.record(z.string(), z.unknown())
export type ConfigSchemaJson = z.infer<typeof ConfigSchemaSchema>

export const ConfigurationViewSchema = z.object({
  schema: ConfigSchemaSchema,
  /** Secrets stand as `{ "$secret": "set", "version": 2 }`, never by value. */
  values: z.record(z.string(), z.unknown()),
  overlay: z.record(z.string(), z.unknown()),
  /** Package defaults, merged. */
  defaults: z.record(z.string(), z.unknown()),
})
export type ConfigurationView = z.infer<typeof ConfigurationViewSchema>

/** How far production is behind test, and what a promotion would start from. */
export const PromotionSchema = z.object({
  test: ReleaseRefSchema.nullable(),
  production: ReleaseRefSchema.nullable(),
  /** The stage to promote to; null while nothing is placed there. */
  stageId: z.string().nullable(),
  /** The release of test that production runs; null when its own was made there. */
  runs: ReleaseRefSchema.nullable(),
  /** Releases of test since then. */
  ahead: z.number().int().nullable(),
  source: ConfigurationViewSchema.nullable(),
  target: ConfigurationViewSchema.nullable(),
  variables: z.array(z.string()),
  /** Of these, production has none yet. */
  missingVariables: z.array(z.string()),
})
export type PromotionView = z.infer<typeof PromotionSchema>

export const ServiceViewSchema = z.object({
  id: z.string(),
  stageId: z.string(),
  name: z.string(),
  organizationSlug: z.string(),
  applicationSlug: z.string(),
  environment: EnvironmentSchema,
  /** Environments that this service has, to switch between. */
  environments: z.array(EnvironmentSchema),
  health: HealthSchema,
  unknownUnits: z.number().int(),
  running: z.number().int(),
  wanted: z.number().int(),
  package: z.object({ name: z.string(), title: z.string(), summary: z.string(), state: z.string().nullable() }),
  component: z.string(),
  release: ReleaseRefSchema.nullable(),
  /** Active versions newer or older than what runs, newest first. */
  versions: z.array(z.object({ version: z.string(), id: z.string(), state: z.string() })),
  placements: z.array(PlacementViewSchema),
  /** Of each unit: what the stage says itself, and what its package says. Null while nothing is installed. */
  size: z.object({ own: StageSizeSchema, package: z.object({ cpuMillis: z.number().int(), memoryMib: z.number().int() }) }).nullable(),
  releases: z.array(ReleaseViewSchema),
  releaseCount: z.number().int(),
  configuration: ConfigurationViewSchema.nullable(),
  variables: z.object({
    /** Of the application in this environment. */
    choices: z.array(VariableChoiceSchema),
    taken: z.array(z.string()),
    /** Of which some units run another version than the one in force. */
    older: z.array(z.string()),
  }),
  promotion: PromotionSchema,
  /** The record that is under way or waits, newest; null when nothing does. */
  live: DeployRowSchema.nullable(),
  deploys: z.array(DeployRowSchema),
  approval: ApprovalRuleSchema,
  data: z.array(z.object({ unitName: z.string(), path: z.string(), sizeMib: z.number().nullable(), keep: z.boolean() })),
  /** Where people reach it, through the ways in that serve it. */
  urls: z.array(z.string()),
  /** Where it was left running when its cluster went from here, until an operator decides about that. */
  left: z.array(z.object({ cluster: z.string(), at: TimeSchema })),
  gates: ServiceGatesSchema,
  revision: z.number().int(),
  asOf: TimeSchema,
})
export type ServiceView = z.infer<typeof ServiceViewSchema>

export const ServiceChangeSchema = z.object({
  stageId: z.string(),
  kind: DeployKindSchema,
  packageVersionId: z.string().optional(),
  /** To go back to, to accept, or to promote: then one of the test stage. */
  releaseId: z.string().optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  /** Values of this environment alone, over the others; missing = as they are. */
  overlay: z.record(z.string(), z.unknown()).optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  /** Names of the application's variables that its units get; missing = as they are. */
  variables: z.array(VariableNameSchema).max(200).optional(),
  /** Placement → how many. */
  counts: z.record(z.string(), z.number().int()).optional(),
  /** Resize: what each unit shall have. */
  size: StageSizeSchema.optional(),
  unitIds: z.array(z.string()).optional(),
  /** Only these placements, so that one cluster goes back alone; missing = all. */
  placementIds: z.array(z.string()).min(1).max(200).optional(),
  /** Migrate: the machine that the units shall go to; missing = as the planner chooses. */
  machineId: z.string().optional(),
  keepData: z.boolean().optional(),
  /** In clusters: what is not as the release says is put back, also fields that somebody else keeps. */
  takeOver: z.boolean().optional(),
  onFailure: z.enum(['stop', 'roll_back']).optional(),
  reason: z.string().max(500).optional(),
  /** Scheduled: it starts no sooner. */
  notBefore: z.iso.datetime({ offset: true }).optional(),
  expectedHash: z.string().optional(),
})
export type ServiceChange = z.infer<typeof ServiceChangeSchema>
