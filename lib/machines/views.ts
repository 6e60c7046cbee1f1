import { z } from 'zod'
import { ReleaseRefSchema } from '@/lib/deploys/release-views'
import { InitResultSchema } from '@/lib/init/views'
import { LedgerLineSchema } from '@/lib/ledger/views'
import { UnitStateSchema } from '@/lib/services/views'
import { EnvironmentSchema, EventViewSchema, GateSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'
import { ExpirySchema, InventorySchema } from './inventory-views'
import { LossSchema } from './loss-views'
import { SignalViewSchema } from './signal-views'

export const machineStates = ['new', 'inited', 'ready', 'error_detected', 'error', 'offline'] as const
export const MachineStateSchema = z.enum(machineStates)
export type MachineStateName = z.infer<typeof MachineStateSchema>

export const PoolRefSchema = z.object({ id: z.string(), name: z.string(), environment: EnvironmentSchema })

export const MachineRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  pool: PoolRefSchema,
  state: MachineStateSchema,
  stateSince: TimeSchema,
  /** Why it is in this state; null = nothing to say. */
  stateReason: SentenceSchema.nullable(),
  /** Signs of trouble that count, faults first. */
  signals: z.array(SignalViewSchema),
  maintenance: z.boolean(),
  /** It is being drained; null = it is not. */
  drainSince: TimeSchema.nullable(),
  identityConflict: z.boolean(),
  heardAt: TimeSchema.nullable(),
  address: z.string(),
  units: z.number().int(),
  /** In percent of what it has: reserved by units for CPU and memory; null = not known. */
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  diskPercent: z.number().nullable(),
  agentVersion: z.string().nullable(),
  owner: z.string().nullable(),
  rack: z.string().nullable(),
  zone: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  expiresAt: TimeSchema.nullable(),
  /** Which of its reminders its end has reached. */
  expiry: ExpirySchema.nullable(),
})
export type MachineRow = z.infer<typeof MachineRowSchema>

/** Set while automation rests in a pool that lost many machines at once. */
export const PoolGroupSchema = PoolRefSchema.extend({
  loss: LossSchema.nullable(),
  restoredAt: TimeSchema.nullable(),
  machines: z.number().int(),
  units: z.number().int(),
  states: z.array(z.object({ state: z.enum([...machineStates, 'unknown']), count: z.number().int() })),
})
export type PoolGroup = z.infer<typeof PoolGroupSchema>

/** Rows come ordered by pool, then name; `pools` has the totals of the pools on the page. */
export const MachineListSchema = pageOf(MachineRowSchema).extend({
  pools: z.array(PoolGroupSchema),
  choices: z.object({ pools: z.array(z.string()), zones: z.array(z.string()), labels: z.array(z.string()) }),
  /** Of all machines: how many have come to an end, or will within 30 days. */
  expiring: z.object({ over: z.int(), soon: z.int() }),
  asOf: TimeSchema,
})
export type MachineList = z.infer<typeof MachineListSchema>

export const machineActs = [
  'init',
  'bring_online',
  'stand_by',
  'report_fault',
  'clear_fault',
  'units_moved',
  'abandon_units',
  'repaired',
  'retire',
  'return',
  'remove',
] as const
export type MachineAct = (typeof machineActs)[number]

/** What an operator does with a machine beside its lifecycle. */
export const machineCares = ['drain', 'end_drain', 'maintain', 'end_maintenance', 'declare_off'] as const
export type MachineCare = (typeof machineCares)[number]

export const AccountsSchema = z.object({ kind: z.enum(['separate', 'shared', 'refused']), reason: z.string().nullable() })

export const SizesHeldSchema = z.object({ by: z.enum(['cgroup2', 'cgroup1', 'systemd', 'none']), reason: z.string().nullable() })

export const MachineUnitSchema = z.object({
  id: z.string(),
  name: z.string(),
  serviceId: z.string(),
  /** Path of its service page; null when the viewer may only see states. */
  href: z.string().nullable(),
  organizationName: z.string(),
  state: UnitStateSchema,
  transition: z.string().nullable(),
  held: z.boolean(),
  release: ReleaseRefSchema.nullable(),
  port: z.number().int().nullable(),
  cpuMillis: z.number().int(),
  memoryMib: z.number().int(),
  since: TimeSchema,
  /** Why it is not made again elsewhere by itself, now that its machine is lost or is drained; null when it may be. */
  stays: SentenceSchema.nullable(),
})
export type MachineUnit = z.infer<typeof MachineUnitSchema>

export const MachineViewSchema = MachineRowSchema.extend({
  stateBefore: MachineStateSchema.nullable(),
  inventory: InventorySchema,
  inventoryRevision: z.int(),
  /** What the agent says about its machine; missing = not reported. */
  facts: z.object({
    system: z.string().optional(),
    kernel: z.string().optional(),
    cores: z.number().optional(),
    memoryMib: z.number().optional(),
    diskMib: z.number().optional(),
    diskFreeMib: z.number().optional(),
    addresses: z.array(z.string()).optional(),
  }),
  /** As whom its units run: an account for each application, one for all (then it serves one organisation only), or not at all; null = not reported. */
  accounts: AccountsSchema.nullable(),
  /** What holds its units to their size; `none`, and why, where nothing does; null = not reported. */
  sizes: SizesHeldSchema.nullable(),
  /** SHA-256 of the agent's key, hex. */
  identity: z.string(),
  enrolledAt: TimeSchema,
  reserved: z.object({ cpuMillis: z.number().int(), memoryMib: z.number().int() }),
  capacity: z.object({ cpuMillis: z.number().int(), memoryMib: z.number().int() }),
  unitList: z.array(MachineUnitSchema),
  /** Only what works now is listed; `effect` says what would happen. */
  acts: z.array(z.object({ act: z.enum(machineActs), gate: GateSchema, effect: SentenceSchema })),
  cares: z.array(z.object({ care: z.enum(machineCares), gate: GateSchema, effects: z.array(SentenceSchema) })),
  /** What its pool asks of it as a new machine, and what came of it; empty where nothing is asked. */
  init: z.array(InitResultSchema),
  /** Its agent is of a time before there were init policies. */
  initTooOld: z.boolean(),
  loss: LossSchema.nullable(),
  /** In the past: it ended by itself. */
  maintenanceUntil: TimeSchema.nullable(),
  saidOffAt: TimeSchema.nullable(),
  /** Why its units do not move although some could: automation rests in the pool, or they find no room. */
  waits: z.array(SentenceSchema),
  /** What was or may have been left behind here, open lines only. */
  ledger: z.array(LedgerLineSchema),
  history: z.array(EventViewSchema),
  /** Seconds without a heartbeat: shown as unknown after, declared lost after. */
  unknownAfterMs: z.number().int(),
  lostAfterMs: z.number().int(),
  asOf: TimeSchema,
})
export type MachineView = z.infer<typeof MachineViewSchema>
