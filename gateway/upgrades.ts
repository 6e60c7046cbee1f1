import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { maxFrameBytes } from '@/lib/protocol/messages'
import type { Seen } from './seen'

export interface Upgrade {
  readonly request: IncomingMessage
  readonly seen: Seen
}

/** Takes a connected socket over. What it throws ends the connection. */
export type SocketHandler = (socket: WebSocket, upgrade: Upgrade) => void | Promise<void>

const log = logger('gateway.sockets')
const handlers = new Map<string, SocketHandler>()
const alive = new WeakSet<WebSocket>()
const maxPayload = maxFrameBytes
/** So long they may say goodbye. Thousands that wait for another process to begin wait for this one to end. */
const goodbyeMs = 250
/** Everybody is asked once in so many looks. */
const beats = 20

/** Registers who answers at a path below /ws/. Whoever it is checks its callers itself: agents carry no cookie. */
export function onUpgrade(path: `/ws/${string}`, handler: SocketHandler): void {
  handlers.set(path, handler)
}

export const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

export function makeUpgrades() {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload })
  const turns = Array.from({ length: beats }, () => new Set<WebSocket>())
  let [turn, accepts] = [0, 0]
  // A cut link says nothing: who did not answer the last ping is gone. A part of all at a time, for there may be thousands.
  const beat = setInterval(
    () => {
      turn = (turn + 1) % beats
      for (const socket of turns[turn] ?? []) {
        if (!alive.has(socket)) socket.terminate()
        alive.delete(socket)
        socket.ping()
      }
    },
    (pace('heartbeat') * 2) / beats,
  )
  beat.unref()

  return {
    open: () => server.clients.size,

    /** True when the path is one of ours. */
    accept(request: IncomingMessage, socket: Duplex, head: Buffer, seen: Seen): boolean {
      const path = request.url?.split('?')[0] ?? ''
      if (!path.startsWith('/ws/')) return false
      const handler = handlers.get(path)
      if (!handler) {
        refuse(socket, '404 Not Found')
        return true
      }
      server.handleUpgrade(request, socket, head, (accepted) => {
        const mine = turns[accepts++ % beats]
        mine?.add(accepted)
        accepted.once('close', () => mine?.delete(accepted))
        alive.add(accepted)
        accepted.on('pong', () => alive.add(accepted))
        accepted.on('message', () => alive.add(accepted))
        accepted.on('error', (error) => log.debug({ err: error, path }, 'socket error'))
        void run(handler, accepted, { request, seen })
      })
      return true
    },

    /** Tells everyone to come back in a moment, and hangs up on who does not listen. */
    async close(): Promise<void> {
      clearInterval(beat)
      for (const socket of server.clients) socket.close(1012, 'restart')
      const end = setTimeout(() => {
        for (const socket of server.clients) socket.terminate()
      }, goodbyeMs)
      await new Promise<void>((resolve) => server.close(() => resolve()))
      clearTimeout(end)
    },
  }
}

async function run(handler: SocketHandler, socket: WebSocket, upgrade: Upgrade): Promise<void> {
  try {
    await handler(socket, upgrade)
  } catch (error) {
    log.error({ err: error }, 'a socket handler failed')
    socket.close(1011, 'internal')
  }
}
