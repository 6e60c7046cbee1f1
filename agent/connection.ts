import { WebSocket } from 'ws'
import { type AgentMessageBody, type HubMessage, maxFrameBytes, readHubFrame, writeFrame } from '@/lib/protocol/messages'
import { HandshakeRefused, type Session, shakeHands } from './handshake'
import type { IdentityStore } from './identity-store'
import { backoffMs, paced, pause } from './pace'
import { say } from './unit-context'

export type Received = { message: HubMessage; raw: Record<string, unknown> }

/** What lives as long as one connection. */
export type Wire = {
  send: (message: AgentMessageBody) => void
  /** Bytes that the network has not taken yet. */
  backlog: () => number
  close: () => void
}

export type ConnectionHandlers = {
  place: () => { era: number; revision: number }
  opened: (session: Session, wire: Wire) => Promise<void>
  received: (item: Received) => Promise<void>
  closed: () => void
}

const silenceMs = 20_000
const lookMs = 2_500
/** Longer than a hub is silent, for it asks by itself. */
const pingMs = 12_000
const handshakeMs = 15_000
export const firstRetryMs = 500
/** Short enough that a hub which was away for a moment has its machines back soon; to be refused costs nobody much. */
export const mostRetryMs = 5_000
const finalRetryMs = 300_000

/** Dials out for ever. A final refusal is said plainly and tried again only slowly. */
export async function keepConnected(store: IdentityStore, handlers: ConnectionHandlers, stop: AbortSignal): Promise<void> {
  let failures = 0
  let lastWords = ''
  while (!stop.aborted) {
    let waitMs = backoffMs(failures, firstRetryMs, mostRetryMs)
    try {
      await connectOnce(store, handlers, stop, () => {
        failures = 0
        lastWords = ''
      })
      failures = 1
      waitMs = backoffMs(0, firstRetryMs, mostRetryMs)
    } catch (error) {
      failures += 1
      const words =
        error instanceof HandshakeRefused
          ? `refused: ${error.code}: ${error.message}`
          : `cannot reach the hub: ${error instanceof Error ? error.message : error}`
      if (words !== lastWords) say(words)
      lastWords = words
      if (error instanceof HandshakeRefused && error.isFinal) waitMs = backoffMs(0, finalRetryMs, finalRetryMs)
    }
    await pause(waitMs, stop).catch(() => undefined)
  }
}

/** Resolves when a session that once stood has ended; rejects when none came about. */
async function connectOnce(store: IdentityStore, handlers: ConnectionHandlers, stop: AbortSignal, established: () => void): Promise<void> {
  const socket = dial(store)
  const close = () => socket.terminate()
  stop.addEventListener('abort', close)
  const deathWatch = watchForSilence(socket)
  const inbox = inboxOf(socket)
  try {
    const { session, send } = await greet(store, handlers.place(), socket, inbox)
    established()
    await handlers.opened(session, { send, backlog: () => socket.bufferedAmount, close })
    try {
      for (;;) await handlers.received(await inbox.next())
    } catch (error) {
      if (!inbox.hasEnded()) throw error
    } finally {
      handlers.closed()
    }
  } finally {
    clearInterval(deathWatch)
    stop.removeEventListener('abort', close)
    socket.terminate()
  }
}

/** One session that ends as soon as it stands; says why none came about. */
export async function connectForOnce(store: IdentityStore, place: { era: number; revision: number }): Promise<Session> {
  const socket = dial(store)
  try {
    return (await greet(store, place, socket, inboxOf(socket))).session
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Error(error instanceof HandshakeRefused ? words : `The hub cannot be reached at ${store.identity.hubUrl}: ${words}`)
  } finally {
    socket.terminate()
  }
}

const dial = ({ identity }: IdentityStore): WebSocket =>
  new WebSocket(identity.hubUrl, { perMessageDeflate: false, maxPayload: maxFrameBytes, handshakeTimeout: handshakeMs })

async function greet(store: IdentityStore, place: { era: number; revision: number }, socket: WebSocket, inbox: Inbox) {
  await inbox.opened
  const send = (message: AgentMessageBody) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(writeFrame(message))
  }
  const next = async () => (await inbox.next(paced(handshakeMs))).message
  return { session: await shakeHands(store, place, { send, next }), send }
}

/** A peer that vanished without a word is noticed by its missing answers. */
function watchForSilence(socket: WebSocket): NodeJS.Timeout {
  let heardAt = performance.now()
  let pingedAt = heardAt
  const heard = () => {
    heardAt = performance.now()
  }
  for (const event of ['message', 'ping', 'pong'] as const) socket.on(event, heard)
  return setInterval(
    () => {
      const now = performance.now()
      if (now - heardAt > paced(silenceMs) + 1000) socket.terminate()
      else if (socket.readyState === WebSocket.OPEN && now - Math.max(heardAt, pingedAt) > paced(pingMs)) {
        pingedAt = now
        socket.ping()
      }
    },
    Math.max(paced(lookMs), 50),
  )
}

type Inbox = { opened: Promise<void>; next: (withinMs?: number) => Promise<Received>; hasEnded: () => boolean }

/** Frames one after the other, as a queue that ends with the connection. */
function inboxOf(socket: WebSocket): Inbox {
  const waiting: Received[] = []
  let ended: Error | undefined
  let wake: () => void = () => undefined
  socket.on('message', (data, isBinary) => {
    const frame = isBinary ? ({ kind: 'bad', reason: 'a binary frame' } as const) : readHubFrame(String(data))
    if (frame.kind === 'bad') {
      say(`the hub sent what this agent cannot read: ${frame.reason}`)
      socket.terminate()
    } else if (frame.kind === 'message') waiting.push({ message: frame.message, raw: frame.raw })
    wake()
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    const end = (error: Error) => {
      ended ??= error
      reject(ended)
      wake()
    }
    socket.on('error', end)
    socket.on('close', (code, reason) => end(new Error(`connection closed (${code}${reason.length > 0 ? ` ${reason}` : ''})`)))
  })
  opened.catch(() => undefined)
  const next = async (withinMs?: number): Promise<Received> => {
    const until = withinMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + withinMs
    for (;;) {
      const item = waiting.shift()
      if (item) return item
      if (ended) throw ended
      if (performance.now() >= until) throw new Error('the hub does not answer')
      await new Promise<void>((resolve) => {
        wake = resolve
        if (withinMs !== undefined) setTimeout(resolve, Math.max(until - performance.now(), 1))
      })
    }
  }
  return { opened, next, hasEnded: () => ended !== undefined }
}
