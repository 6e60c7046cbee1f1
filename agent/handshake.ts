import { fingerprintOf, handshakeTranscript, isSignedBy, newNonce, open, ratchetHash, sealContext, signText } from '@/lib/protocol/identity'
import { joinTokenHash } from '@/lib/protocol/join-token'
import type { AgentMessageBody, Challenge, HubMessage, Welcome } from '@/lib/protocol/messages'
import { agentVersion } from './facts'
import type { IdentityStore } from './identity-store'

/** The hub said no. `isFinal`: a person must act before another try can succeed. */
export class HandshakeRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly isFinal: boolean,
  ) {
    super(message)
    this.name = 'HandshakeRefused'
  }
}

type Hello = Extract<AgentMessageBody, { type: 'hello' }>
/** Who is shown, and where the next session is kept. */
type Keeper = Pick<IdentityStore, 'identity' | 'save'>
type Channel = { send: (message: AgentMessageBody) => void; next: () => Promise<HubMessage> }
export type Session = { welcome: Welcome; hubKey: string; agentNonce: string }

/** Both prove themselves; nothing secret is shown before the hub has. Ends with the new ratchet on disk. */
export async function shakeHands(store: Keeper, place: { era: number; revision: number }, channel: Channel): Promise<Session> {
  const hello = helloOf(store, place)
  channel.send(hello)
  const challenge = expectChallenge(await channel.next())
  checkHub(store, hello, challenge)
  const { identity } = store
  const transcript = handshakeTranscript('agent', { hello, hubNonce: challenge.hubNonce, hubKey: challenge.hubKey })
  const joinSecret = identity.machineId === null ? identity.joinSecret : null
  channel.send({ type: 'prove', signature: signText(identity.sign.privateKey, transcript), joinSecret, name: identity.name })
  const welcome = await channel.next()
  if (welcome.type === 'refused') throw new HandshakeRefused(welcome.code, welcome.message, welcome.final)
  if (welcome.type !== 'welcome') throw new Error(`The hub sent ${welcome.type} instead of a welcome.`)
  const ratchet = open(identity.box.privateKey, welcome.ratchetNext, sealContext.ratchet(hello.agentNonce))
  // Before anything else of the session: whoever copied our disk earlier is now behind.
  await store.save({ machineId: welcome.machineId, ratchet, joinSecret: null })
  return { welcome, hubKey: challenge.hubKey, agentNonce: hello.agentNonce }
}

export function helloOf({ identity }: Pick<Keeper, 'identity'>, { era, revision }: { era: number; revision: number }): Hello {
  const isJoining = identity.machineId === null && identity.joinSecret !== null
  return {
    type: 'hello',
    agentNonce: newNonce(),
    machineId: identity.machineId,
    joinTokenHash: isJoining ? joinTokenHash(identity.joinSecret as string) : null,
    signKey: identity.sign.publicKey,
    boxKey: identity.box.publicKey,
    agentVersion,
    era,
    revision,
    ratchet: identity.ratchet === null ? null : ratchetHash(identity.ratchet),
  }
}

function expectChallenge(message: HubMessage): Challenge {
  if (message.type === 'refused') throw new HandshakeRefused(message.code, message.message, message.final)
  if (message.type !== 'challenge') throw new Error(`The hub sent ${message.type} instead of a challenge.`)
  return message
}

export function checkHub({ identity }: Pick<Keeper, 'identity'>, hello: Hello, { hubNonce, hubKey, signature }: Challenge): void {
  if (fingerprintOf(hubKey) !== identity.hubFingerprint) {
    throw new HandshakeRefused('unknown_hub', 'This is not the hub the join token was made by: its key has another fingerprint.', true)
  }
  if (!isSignedBy(hubKey, handshakeTranscript('hub', { hello, hubNonce, hubKey }), signature)) {
    throw new HandshakeRefused('bad_hub_signature', 'The hub could not prove that it has its key.', true)
  }
}
