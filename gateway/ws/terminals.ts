import type { WebSocket } from 'ws'
import { sessionCookie } from '@/gateway/sessions'
import { onUpgrade, type Upgrade } from '@/gateway/upgrades'
import { hashToken } from '@/lib/ids'
import { useTicket } from '@/lib/terminals/terminal-tickets'
import type { TerminalSay } from '@/lib/terminals/views'
import { readSay } from './read-say'
import { TerminalConnection } from './terminal-connection'

const helloMs = 10_000

/** Browsers open terminals here: from our own pages, with the session, and with a ticket that is good once. */
export function serveTerminals(): void {
  onUpgrade('/ws/terminal', async (socket, { request, seen }: Upgrade) => {
    const token = sessionCookie(request.headers.cookie, seen.proto)
    // The door has refused every other origin; programs without one have no business here.
    if (!request.headers.origin || !token) return socket.close(1008, 'not from here')
    const hello = await firstWord(socket)
    const terminal = hello?.type === 'hello' ? await useTicket(hello.ticket, hashToken(token)) : null
    if (!terminal || hello?.type !== 'hello') return socket.close(1008, 'no ticket')
    await new TerminalConnection(socket, terminal).begin(hello.after)
  })
}

function firstWord(socket: WebSocket): Promise<TerminalSay | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), helloMs)
    const end = (say: TerminalSay | undefined) => {
      clearTimeout(late)
      resolve(say)
    }
    socket.once('message', (data) => end(readSay(data)))
    socket.once('close', () => end(undefined))
  })
}
