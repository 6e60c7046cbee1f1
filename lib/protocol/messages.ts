import * as z from 'zod'
import { CommandSaid } from './command'
import { DesiredSet } from './desired'
import { DropOrder, DropSaid } from './drop'
import { FileOrder, FileSaid } from './files'
import { LeaseGrant, LeaseKey } from './lease'
import { Digest, Id, Port, UnitName } from './names'
import { NewsItem, unitStates } from './news'
import { OutputPart, OutputPlace } from './output'
import { SampledSubject } from './samples'
import { TerminalOrder, TerminalSaid } from './terminal'

export const protocolVersion = 1
/** Larger frames are refused by both sides. */
export const maxFrameBytes = 32 * 1024 * 1024

const frame = <Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) =>
  z.object({ v: z.int().min(1), type: z.literal(type), ...shape })

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)

export const refusalCodes = [
  'unknown_key',
  'join_token_invalid',
  'join_token_used',
  'join_token_expired',
  'identity_conflict',
  'protocol_too_old',
  'bad_signature',
  'busy',
] as const

/** First frame of the agent. `machineId` and `ratchet` are null until it has joined; then `joinTokenHash` is null. */
export const Hello = frame('hello', {
  agentNonce: key,
  machineId: Id.nullable(),
  joinTokenHash: Digest.nullable(),
  signKey: key,
  boxKey: key,
  agentVersion: z.string().max(50),
  era: z.int().min(0),
  revision: z.int().min(0),
  ratchet: Digest.nullable(),
})

/** After the hub proved itself. `joinSecret` only when joining; an agent that never heard the welcome may show it again with the same key. */
export const Prove = frame('prove', { signature, joinSecret: z.string().max(200).nullable(), name: z.string().max(100).nullable() })

export const Facts = frame('facts', {
  hostname: z.string().max(255),
  addresses: z.array(z.string().max(100)).max(100),
  /** What the agent was told to be reached at, else its first outward address. */
  address: z.string().max(255),
  os: z.string().max(200),
  kernel: z.string().max(200),
  architecture: z.string().max(50),
  cpuCount: z.int().min(0),
  memoryMib: z.int().min(0),
  diskMib: z.int().min(0),
  diskFreeMib: z.int().min(0),
  bootId: z.string().max(100),
  nodeVersion: z.string().max(50),
  agentVersion: z.string().max(50),
  /** Whether each application runs as a user of its own; if not, why. */
  isolation: z.enum(['application_user', 'agent_user']),
  isolationReason: z.string().max(500).nullable(),
  /** It runs nothing of applications, for it could only as root. Missing: an agent of before that rule. */
  refusesUnits: z.boolean().optional(),
  /** What holds units to their size; `none` and why, where nothing does. Missing: an agent that holds nothing. */
  sizesBy: z.enum(['cgroup2', 'cgroup1', 'systemd', 'none']).optional(),
  sizesReason: z.string().max(500).nullable().optional(),
})

const InventoryUnit = z.object({
  unitId: Id,
  unit: UnitName,
  generation: z.int().min(1),
  state: z.enum(unitStates),
  contentDigest: Digest.nullable(),
  releaseId: Id.nullable(),
  packageDigest: Digest.nullable(),
  pid: z.int().optional(),
  exitCode: z.int().nullable().optional(),
  code: z.string().max(61).optional(),
  message: z.string().max(10_000).optional(),
  restarts: z.int().min(0),
  ports: z.record(z.string(), Port),
})
export type InventoryUnit = z.infer<typeof InventoryUnit>

/** `listeners` are the ports on which something that is no unit of ours listens. */
export const Inventory = frame('inventory', {
  era: z.int().min(0),
  revision: z.int().min(0),
  units: z.array(InventoryUnit).max(10_000),
  packages: z.array(Digest).max(100_000),
  listeners: z.array(Port).max(65_535),
})

export const diskTroubles = ['full', 'unwritable'] as const
export type DiskTrouble = (typeof diskTroubles)[number]

export const Heartbeat = frame('heartbeat', {
  at: z.iso.datetime(),
  era: z.int().min(0),
  revision: z.int().min(0),
  load: z.array(z.number()).max(3),
  memoryFreeMib: z.int().min(0),
  diskFreeMib: z.int().min(0),
  unsentNews: z.int().min(0),
  /** Why the agent cannot write to its disk; null or missing: it can, or does not say. */
  diskTrouble: z.enum(diskTroubles).nullable().optional(),
})

export const News = frame('news', { items: z.array(NewsItem).min(1).max(2000) })

/** "I have revision r": answered by `desired` when the hub has a newer one. */
export const Poll = frame('poll', { era: z.int().min(0), revision: z.int().min(0) })

/** "Up to where do you have their output?" Answered, like `output`, by `output-at`; sent only to a hub that said `output-want`. */
export const OutputAsk = frame('output-ask', { unitIds: z.array(Id).min(1).max(10_000) })

/** `at` is the agent's clock when it was sent, so that the hub can right the times of a clock that is off. */
export const Output = frame('output', { at: z.iso.datetime(), parts: z.array(OutputPart).min(1).max(1000) })

export const TerminalSaidFrame = frame('terminal-said', TerminalSaid.shape)

export const FileSaidFrame = frame('file-said', FileSaid.shape)
export const DropSaidFrame = frame('drop-said', DropSaid.shape)
export const CommandSaidFrame = frame('command-said', CommandSaid.shape)
/** What the machine and its units have used. Never acknowledged: what is lost is a gap in a chart. `at` as in `output`. */
export const Samples = frame('samples', { at: z.iso.datetime(), subjects: z.array(SampledSubject).min(1).max(10_001) })

/** "Lend me these once more." `seq` rises with every question of a connection. */
export const LeaseAsk = frame('lease-ask', { seq: z.int().min(1), units: z.array(LeaseKey).min(1).max(10_000) })

export const AgentMessage = z.discriminatedUnion('type', [
  Hello,
  Prove,
  Facts,
  Inventory,
  Heartbeat,
  News,
  Poll,
  OutputAsk,
  Output,
  TerminalSaidFrame,
  FileSaidFrame,
  DropSaidFrame,
  CommandSaidFrame,
  Samples,
  LeaseAsk,
])
export type AgentMessage = z.infer<typeof AgentMessage>
export type Hello = z.infer<typeof Hello>
export type Facts = z.infer<typeof Facts>
export type Inventory = z.infer<typeof Inventory>
export type Heartbeat = z.infer<typeof Heartbeat>
export type Samples = z.infer<typeof Samples>

export const Challenge = frame('challenge', { hubNonce: key, hubKey: key, signature })

export const Welcome = frame('welcome', {
  machineId: Id,
  era: z.int().min(0),
  /** The hub's own revision for this machine; an agent that is ahead changes nothing. */
  revision: z.int().min(0),
  /** The next ratchet secret, sealed with `sealContext.ratchet(agentNonce)`. The hub has stored its hash before. */
  ratchetNext: z.string().max(1000),
  /** Bearer for package downloads, good for this session. */
  ticket: z.string().max(500),
  /** The highest news seq the hub has committed; the agent counts on above it. */
  ackedSeq: z.int().min(0),
  heartbeatMs: z.int().min(1),
  pollMs: z.int().min(1),
})

/** `final`: trying again with the same identity cannot succeed until a person acts. */
export const Refused = frame('refused', { code: z.string().max(61), message: z.string().max(1000), final: z.boolean() })

/** Cumulative, sent after the commit. */
export const Ack = frame('ack', { seq: z.int().min(0) })

export const Desired = frame('desired', { ...DesiredSet.shape, signature })

/** "Your machine is at revision r or later"; safe to lose. */
export const Wake = frame('wake', { revision: z.int().min(0) })

/** "Output is kept here": a little of it always, that of `unitIds` at once for `leaseMs`, for somebody looks at it. */
export const OutputWant = frame('output-want', { unitIds: z.array(Id).max(10_000), leaseMs: z.int().min(0) })

export const OutputAt = frame('output-at', { units: z.array(OutputPlace).max(10_000) })

export const Terminal = frame('terminal', { ...TerminalOrder.shape, signature })

/** Up to this number a terminal's frames are kept. */
export const TerminalKept = frame('terminal-kept', { terminalId: Id, seq: z.int().min(0) })

export const File = frame('file', { ...FileOrder.shape, signature })

/** Passed over by an agent that knows no such order. */
export const Drop = frame('drop', { ...DropOrder.shape, signature })

export const Lease = frame('lease', { ...LeaseGrant.shape, signature })

export const HubMessage = z.discriminatedUnion('type', [
  Challenge,
  Welcome,
  Refused,
  Ack,
  Desired,
  Wake,
  OutputWant,
  OutputAt,
  Terminal,
  TerminalKept,
  File,
  Drop,
  Lease,
])
export type HubMessage = z.infer<typeof HubMessage>
export type Challenge = z.infer<typeof Challenge>
export type Welcome = z.infer<typeof Welcome>
export type Refused = z.infer<typeof Refused>

type WithoutVersion<Message> = Message extends { v: number } ? Omit<Message, 'v'> : never
export type AgentMessageBody = WithoutVersion<AgentMessage>
export type HubMessageBody = WithoutVersion<HubMessage>

export function writeFrame(message: AgentMessageBody | HubMessageBody): string {
  return JSON.stringify({ v: protocolVersion, ...message })
}

/** `unknown`: a type that only a newer peer knows; ignored. `bad`: not a frame at all; close the connection. */
export type ReadFrame<Message> =
  | { kind: 'message'; message: Message; raw: Record<string, unknown> }
  | { kind: 'unknown'; type: string }
  | { kind: 'bad'; reason: string }

const agentTypes = new Set<string>(AgentMessage.options.map((option) => option.shape.type.value))
const hubTypes = new Set<string>(HubMessage.options.map((option) => option.shape.type.value))

export function readAgentFrame(text: string): ReadFrame<AgentMessage> {
  return readFrame(text, AgentMessage, agentTypes)
}

export function readHubFrame(text: string): ReadFrame<HubMessage> {
  return readFrame(text, HubMessage, hubTypes)
}

const Envelope = z.looseObject({ v: z.int().min(1), type: z.string().max(50) })

function readFrame<Message>(text: string, schema: z.ZodType<Message>, types: Set<string>): ReadFrame<Message> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'bad', reason: 'not JSON' }
  }
  const envelope = Envelope.safeParse(json)
  if (!envelope.success) return { kind: 'bad', reason: 'no v and type' }
  const raw = envelope.data
  if (!types.has(raw.type)) return { kind: 'unknown', type: raw.type }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return { kind: 'message', message: parsed.data, raw }
  const issue = parsed.error.issues[0]
  return { kind: 'bad', reason: `${raw.type}: ${issue?.path.join('.')} ${issue?.message}` }
}
