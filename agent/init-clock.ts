import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { InitCheck } from '@/lib/protocol/init'
import type { InitSaid } from '@/lib/protocol/init-words'
import { found, no } from './init-said'

/** The hub's answers carry its time in whole seconds; what the way took adds to the doubt. */
export async function checkClock(
  { withinMs }: Extract<InitCheck, { kind: 'clock' }>,
  baseUrl: string,
  signal: AbortSignal,
): Promise<InitSaid> {
  const client = baseUrl.startsWith('https:') ? https : http
  const began = Date.now()
  const [response] = (await once(client.get(`${baseUrl}/api/health/live`, { signal }), 'response')) as [IncomingMessage]
  const ended = Date.now()
  response.resume()
  const hub = Date.parse(response.headers.date ?? '')
  if (Number.isNaN(hub)) no('clock_of_hub')
  const offset = (began + ended) / 2 - (hub + 500)
  const sure = Math.max(0, Math.abs(offset) - 500 - (ended - began) / 2)
  const seconds = (Math.abs(offset) / 1000).toFixed(1)
  if (sure > withinMs) no(offset > 0 ? 'clock_too_far_ahead' : 'clock_too_far_behind', { seconds, wanted: withinMs / 1000 })
  return found(offset > 0 ? 'clock_ahead' : 'clock_behind', { seconds })
}
