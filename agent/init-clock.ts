import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { InitCheck } from '@/lib/protocol/init'
import { AgentFailure } from './failure'

/** The hub's answers carry its time in whole seconds; what the way took adds to the doubt. */
export async function checkClock(
  { withinMs }: Extract<InitCheck, { kind: 'clock' }>,
  baseUrl: string,
  signal: AbortSignal,
): Promise<string> {
  const client = baseUrl.startsWith('https:') ? https : http
  const began = Date.now()
  const [response] = (await once(client.get(`${baseUrl}/api/health/live`, { signal }), 'response')) as [IncomingMessage]
  const ended = Date.now()
  response.resume()
  const hub = Date.parse(response.headers.date ?? '')
  if (Number.isNaN(hub)) throw new AgentFailure('init_failed', 'The hub does not say what time it is.')
  const offset = (began + ended) / 2 - (hub + 500)
  const sure = Math.max(0, Math.abs(offset) - 500 - (ended - began) / 2)
  const said = `${(Math.abs(offset) / 1000).toFixed(1)} s ${offset > 0 ? 'ahead of' : 'behind'} the hub`
  if (sure > withinMs)
    throw new AgentFailure('init_failed', `Its clock is ${said}, more than ${withinMs / 1000} s. Let it follow a time server.`)
  return `Its clock is at most ${said}`
}
