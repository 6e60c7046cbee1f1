import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent, writeEvents } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { advanceRatchet, newRatchetSecret, ratchetHash, sealAll, sealContext } from '@/lib/protocol/identity'
import type { Hello } from '@/lib/protocol/messages'
import { openTerminalsOn } from '@/lib/terminals/begin-terminal'
import { hubKeys } from './hub'
import { type Found, joinMachine, type Knock, type Refusal, refusal, unknownKey } from './join-machine'

const gateway = systemActor('gateway')

export interface Admitted {
  readonly ok: true
  readonly machineId: string
  readonly name: string
  /** Names this connect; what an older one says of its end is ignored. */
  readonly epoch: number
  readonly era: number
  readonly revision: number
  readonly ratchetNext: string
  readonly ticket: string
  readonly newsSeq: number
  /** Open ones, which go on. */
  readonly terminals: readonly string[]
  /** Its era or revision is not this hub's: it changes nothing and only reports. */
  readonly estranged: boolean
}

/**
 * Agents that proved their keys ask to be let in, each key once: known, or joining with a token that nobody used. After a
 * restart of a gateway thousands come back at one moment, so that what is said of one is said of all in the same statements.
 */
export async function admitAgents(knocks: readonly Knock[], gatewayId: string): Promise<(Admitted | Refusal)[]> {
  const { judged, terminals } = await transaction(async (tx) => {
    const found = await findMachines(tx, knocks)
    const machines = await lockMachines(
      tx,
      found.flatMap((one) => ('id' in one ? one.id : [])),
    )
    const { era } = await hubKeys(tx)
    const judged = knocks.map(({ hello }, i): Judged => {
      const one = found[i] as Found
      return 'id' in one ? judge(machines.get(one.id), hello, era) : one
    })
    await saveSessions(tx, judged.filter(isWelcome), gatewayId)
    for (const one of judged) if ('conflict' in one) await noteConflict(tx, one.conflict)
    const terminals = await openTerminalsOn(tx, [...machines.keys()])
    return { judged, terminals }
  })
  const welcomes = judged.filter(isWelcome)
  const sealed = sealAll(
    welcomes.map(({ hello, secret }) => ({ boxKey: hello.boxKey, text: secret, context: sealContext.ratchet(hello.agentNonce) })),
  )
  const ratchetOf = new Map(welcomes.map((one, i) => [one, sealed[i] ?? '']))
  return judged.map((one) => (isWelcome(one) ? welcomeOf(one, ratchetOf.get(one) ?? '', terminals) : refusalOf(one)))
}

type Known = Pick<
  Machine,
  'id' | 'name' | 'signKey' | 'identityConflict' | 'agentEra' | 'ratchetHash' | 'ratchetBefore' | 'epoch' | 'revision' | 'newsSeq'
>

/** Those that join do so one after the other, in the order of their tokens: each takes one use of its own. */
async function findMachines(tx: Tx, knocks: readonly Knock[]): Promise<Found[]> {
  const keys = knocks.map(({ hello }) => hello.signKey)
  const known = await tx.$queryRaw<Pick<Machine, 'id' | 'signKey'>[]>`select id, "signKey" from "Machine" where "signKey" = any(${keys})`
  const found = new Map<string, Found>(known.map((machine) => [machine.signKey, machine]))
  const strangers = knocks.filter(({ hello }) => !found.has(hello.signKey))
  for (const knock of strangers.sort((a, b) => ((a.hello.joinTokenHash ?? '') < (b.hello.joinTokenHash ?? '') ? -1 : 1)))
    found.set(knock.hello.signKey, await joinMachine(tx, knock))
  return knocks.map(({ hello }) => found.get(hello.signKey) as Found)
}

async function lockMachines(tx: Tx, ids: readonly string[]): Promise<Map<string, Known>> {
  const rows = await tx.$queryRaw<Known[]>`
    select id, name, "signKey", "identityConflict", "agentEra", "ratchetHash", "ratchetBefore", epoch, revision, "newsSeq"
    from "Machine" where id = any(${[...new Set(ids)]}) order by id for update`
  return new Map(rows.map((row) => [row.id, row]))
}

interface Welcome {
  readonly machine: Known
  readonly hello: Hello
  readonly secret: string
  readonly ticket: string
  readonly estranged: boolean
  /** What its row comes to say. */
  readonly row: Pick<Known, 'id' | 'ratchetHash' | 'ratchetBefore' | 'epoch' | 'revision' | 'agentEra'>
}
interface Conflict {
  readonly conflict: Pick<Known, 'id' | 'name'>
}
type Judged = Welcome | Conflict | Refusal

const isWelcome = (one: Judged): one is Welcome => 'row' in one

/** Pure: whether this session follows on the machine's last one, and what the next is. */
function judge(machine: Known | undefined, hello: Hello, era: number): Judged {
  // Removed since it was looked up.
  if (machine?.signKey !== hello.signKey) return unknownKey
  if (machine.identityConflict)
    return refusal('identity_conflict', 'Two machines have shown this identity. An operator must decide which one is real.')
  const secret = newRatchetSecret()
  // After a restore the hub has forgotten sessions that the agent remembers; the machine's key is the proof then.
  const isFirstOfEra = machine.agentEra !== 0 && machine.agentEra !== era
  const ratchet = isFirstOfEra
    ? { current: hello.ratchet, previous: null }
    : { current: machine.ratchetHash, previous: machine.ratchetBefore }
  const next = advanceRatchet(ratchet, hello.ratchet, ratchetHash(secret))
  if (next === 'identity_conflict') return { conflict: machine }
  const estranged = machine.agentEra !== 0 && (hello.era !== era || hello.revision > machine.revision)
  const revision = estranged ? Math.max(machine.revision, hello.revision) + 1 : machine.revision
  const session = { ratchetHash: next.current, ratchetBefore: next.previous, epoch: machine.epoch + 1, agentEra: era }
  return { machine, hello, secret, ticket: newToken(), estranged, row: { id: machine.id, revision, ...session } }
}

async function saveSessions(tx: Tx, welcomes: readonly Welcome[], gatewayId: string): Promise<void> {
  if (welcomes.length === 0) return
  const rows = welcomes.map(({ row, ticket, hello: { boxKey, agentVersion, revision } }) => ({
    ...row,
    ticketHash: hashToken(ticket),
    boxKey,
    agentVersion,
    agentRevision: revision,
  }))
  await tx.$executeRaw`
    update "Machine" m set "ratchetHash" = n."ratchetHash", "ratchetBefore" = n."ratchetBefore", "ticketHash" = n."ticketHash",
      "boxKey" = n."boxKey", "agentVersion" = n."agentVersion", "agentEra" = n."agentEra", "agentRevision" = n."agentRevision",
      epoch = n.epoch, revision = n.revision, connected = true, "gatewayId" = ${gatewayId}, "heardAt" = ${clock.now()}::timestamp
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id text, "ratchetHash" text, "ratchetBefore" text, "ticketHash" text, "boxKey" text,
      "agentVersion" text, "agentEra" int, "agentRevision" int, epoch int, revision int)
    where m.id = n.id`
  const events = welcomes.map(({ machine, hello }) => ({
    name: 'machine.connected' as const,
    subject: { kind: 'machine' as const, id: machine.id },
    data: { name: machine.name, agentVersion: hello.agentVersion },
  }))
  await writeEvents(tx, gateway, events)
}

async function noteConflict(tx: Tx, { id, name }: Pick<Known, 'id' | 'name'>): Promise<void> {
  await tx.machine.update({ where: { id }, data: { identityConflict: true } })
  const data = { name, before: { identityConflict: false }, after: { identityConflict: true } }
  await writeEvent(tx, gateway, { name: 'machine.identity_conflict', subject: { kind: 'machine', id }, data })
}

const refusalOf = (judged: Conflict | Refusal): Refusal =>
  'conflict' in judged ? refusal('identity_conflict', 'This machine shows a session that another copy of it has used.') : judged

function welcomeOf({ machine, row, ticket, estranged }: Welcome, ratchetNext: string, terminals: ReadonlyMap<string, string[]>): Admitted {
  return {
    ok: true,
    machineId: machine.id,
    name: machine.name,
    epoch: row.epoch,
    era: row.agentEra,
    revision: row.revision,
    ratchetNext,
    ticket,
    newsSeq: Number(machine.newsSeq),
    terminals: terminals.get(machine.id) ?? [],
    estranged,
  }
}
