import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db, pool, type Tx } from '@/lib/db/client'
import type { JoinToken, Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newId, newToken } from '@/lib/ids'
import { beginInit, inited } from '@/lib/init/begin-init'
import { advanceRatchet, newRatchetSecret, ratchetHash, seal, sealContext } from '@/lib/protocol/identity'
import { joinTokenHash } from '@/lib/protocol/join-token'
import type { Hello } from '@/lib/protocol/messages'
import { hubKeys } from './hub'
import { joinTokenState } from './join-token-state'

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
  /** Its era or revision is not this hub's: it changes nothing and only reports. */
  readonly estranged: boolean
}

export interface Refusal {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly final: boolean
}

const refusal = (code: string, message: string, final = true): Refusal => ({ ok: false, code, message, final })

/** An agent that proved its key asks to be let in: known, or joining with a token that nobody used. */
export async function admitAgent(
  hello: Hello,
  proof: { joinSecret: string | null; name: string | null },
  gatewayId: string,
): Promise<Admitted | Refusal> {
  return transaction(async (tx) => {
    const known = await tx.machine.findUnique({ where: { signKey: hello.signKey } })
    const found = known ?? (await join(tx, hello, proof))
    if ('ok' in found) return found
    await tx.$queryRaw`select 1 from "Machine" where id = ${found.id} for update`
    const machine = await tx.machine.findUniqueOrThrow({ where: { id: found.id } })
    return welcome(tx, machine, hello, gatewayId)
  })
}

async function welcome(tx: Tx, machine: Machine, hello: Hello, gatewayId: string): Promise<Admitted | Refusal> {
  if (machine.identityConflict)
    return refusal('identity_conflict', 'Two machines have shown this identity. An operator must decide which one is real.')
  const secret = newRatchetSecret()
  const { era } = await hubKeys(tx)
  // After a restore the hub has forgotten sessions that the agent remembers; the machine's key is the proof then.
  const isFirstOfEra = machine.agentEra !== 0 && machine.agentEra !== era
  const ratchet = isFirstOfEra
    ? { current: hello.ratchet, previous: null }
    : { current: machine.ratchetHash, previous: machine.ratchetBefore }
  const next = advanceRatchet(ratchet, hello.ratchet, ratchetHash(secret))
  if (next === 'identity_conflict') {
    await tx.machine.update({ where: { id: machine.id }, data: { identityConflict: true } })
    await writeEvent(tx, gateway, {
      name: 'machine.identity_conflict',
      subject: { kind: 'machine', id: machine.id },
      data: { name: machine.name },
    })
    return refusal('identity_conflict', 'This machine shows a session that another copy of it has used.')
  }
  const estranged = machine.agentEra !== 0 && (hello.era !== era || hello.revision > machine.revision)
  const ticket = newToken()
  const updated = await tx.machine.update({
    where: { id: machine.id },
    data: {
      ratchetHash: next.current,
      ratchetBefore: next.previous,
      ticketHash: hashToken(ticket),
      boxKey: hello.boxKey,
      agentVersion: hello.agentVersion,
      agentEra: era,
      agentRevision: hello.revision,
      epoch: { increment: 1 },
      connected: true,
      gatewayId,
      heardAt: clock.now(),
      ...(estranged ? { revision: Math.max(machine.revision, hello.revision) + 1 } : {}),
    },
  })
  await writeEvent(tx, gateway, {
    name: 'machine.connected',
    subject: { kind: 'machine', id: machine.id },
    data: { name: machine.name, agentVersion: hello.agentVersion },
  })
  return {
    ok: true,
    machineId: machine.id,
    name: machine.name,
    epoch: updated.epoch,
    era,
    revision: updated.revision,
    ratchetNext: seal(hello.boxKey, secret, sealContext.ratchet(hello.agentNonce)),
    ticket,
    newsSeq: Number(machine.newsSeq),
    estranged,
  }
}

const refusals = {
  open: undefined,
  used: { code: 'join_token_used', message: 'This join token was used by another machine; ask for a new one.' },
  expired: { code: 'join_token_expired', message: 'This join token has expired; ask for a new one.' },
  // An agent of before knows no other word for it.
  revoked: { code: 'join_token_invalid', message: 'This join token was revoked; ask for a new one.' },
} as const

async function join(
  tx: Tx,
  hello: Hello,
  { joinSecret, name }: { joinSecret: string | null; name: string | null },
): Promise<{ id: string } | Refusal> {
  if (!hello.joinTokenHash || !joinSecret) return refusal('unknown_key', 'This hub does not know this machine. Join it with a new token.')
  if (joinTokenHash(joinSecret) !== hello.joinTokenHash) return refusal('join_token_invalid', 'The join token is not one of this hub.')
  await tx.$queryRaw`select 1 from "JoinToken" where "tokenHash" = ${hello.joinTokenHash} for update`
  const token = await tx.joinToken.findUnique({ where: { tokenHash: hello.joinTokenHash } })
  if (!token) return refusal('join_token_invalid', 'The join token is not one of this hub.')
  // The same agent again, that never heard its welcome: while we waited for the lock its first try came through.
  const same = await tx.machine.findUnique({ where: { signKey: hello.signKey } })
  if (same?.joinTokenId === token.id) return same
  const whyNot = refusals[same ? 'used' : joinTokenState(token)]
  if (whyNot) return refusal(whyNot.code, whyNot.message)
  const machine = await create(tx, token, hello, name)
  await tx.joinToken.update({ where: { id: token.id }, data: { uses: { increment: 1 } } })
  return machine
}

async function create(tx: Tx, token: JoinToken, hello: Hello, name: string | null): Promise<Machine> {
  const id = newId()
  const wished = token.machineName ?? cleanName(name) ?? `machine-${id.slice(-6)}`
  const taken = await tx.machine.count({ where: { name: wished } })
  const machine = await tx.machine.create({
    data: {
      id,
      runtimeId: token.runtimeId,
      name: taken > 0 ? `${wished}-${id.slice(-6)}` : wished,
      signKey: hello.signKey,
      boxKey: hello.boxKey,
      joinTokenId: token.id,
      onlineOnceInited: token.bringOnline,
    },
  })
  await writeEvent(tx, gateway, { name: 'machine.join', subject: { kind: 'machine', id }, data: { name: machine.name } })
  // Where its pool asks something of it, what its agent finds moves it on.
  if (!(await beginInit(tx, gateway, machine)) && token.bringOnline) await inited(tx, gateway, machine)
  return machine
}

/** What a machine calls itself is input: only a host name's characters pass. */
const cleanName = (name: string | null): string | undefined => {
  const clean = name
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
  return clean && /^[a-z0-9]/.test(clean) ? clean : undefined
}

/** The end of one connect. A newer connect, here or at another gateway, is not touched by it. */
export async function leaveAgent(machineId: string, epoch: number): Promise<void> {
  await db.machine.updateMany({ where: { id: machineId, epoch }, data: { connected: false } })
}

/** A sign of life; also says how far the agent has got, where that is a number of this hub. */
export interface Sign {
  readonly machineId: string
  readonly epoch: number
  readonly agentRevision: number | null
}

/** Signs of many agents at once. One of an older connect counts for nothing. */
export async function heardAgents(signs: readonly Sign[]): Promise<void> {
  if (signs.length === 0) return
  const sorted = [...signs].sort((a, b) => (a.machineId < b.machineId ? -1 : 1))
  await pool.query({
    name: 'heard-agents',
    text: `with heard as (
             select m.id, n.revision from "Machine" m join unnest($1::text[], $2::int[], $3::int[]) as n(id, epoch, revision) on m.id = n.id and m.epoch = n.epoch
             order by m.id for no key update of m)
           update "Machine" m set "heardAt" = $4::timestamp, connected = true, "agentRevision" = coalesce(h.revision, m."agentRevision")
           from heard h where m.id = h.id`,
    values: [
      sorted.map((sign) => sign.machineId),
      sorted.map((sign) => sign.epoch),
      sorted.map((sign) => sign.agentRevision),
      clock.now().toISOString(),
    ],
  })
}
