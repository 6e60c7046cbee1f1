import { systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { JoinToken, Machine } from '@/lib/db/generated/client'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { beginInit, inited } from '@/lib/init/begin-init'
import { joinTokenHash } from '@/lib/protocol/join-token'
import type { Hello } from '@/lib/protocol/messages'
import { joinTokenState } from './join-token-state'

const gateway = systemActor('gateway')

/** An agent that has proved its key. */
export interface Knock {
  readonly hello: Hello
  readonly joinSecret: string | null
  readonly name: string | null
}

export interface Refusal {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly final: boolean
}

export const refusal = (code: string, message: string, final = true): Refusal => ({ ok: false, code, message, final })

export const unknownKey = refusal('unknown_key', 'This hub does not know this machine. Join it with a new token.')

export type Found = { readonly id: string } | Refusal

const refusals = {
  open: undefined,
  used: { code: 'join_token_used', message: 'This join token was used by another machine; ask for a new one.' },
  expired: { code: 'join_token_expired', message: 'This join token has expired; ask for a new one.' },
  // An agent of before knows no other word for it.
  revoked: { code: 'join_token_invalid', message: 'This join token was revoked; ask for a new one.' },
} as const

/** Lets a machine in for good that shows a token with a use left. */
export async function joinMachine(tx: Tx, { hello, joinSecret, name }: Knock): Promise<Found> {
  if (!hello.joinTokenHash || !joinSecret) return unknownKey
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
