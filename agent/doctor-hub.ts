import { lookup } from 'node:dns/promises'
import type { Answer } from '@/lib/protocol/diagnosis'

const patienceMs = 5_000
const mostSkewMs = 30_000

/** Whether the hub is reached, how long it takes, and what time it has. */
export async function askHub(hubUrl: string): Promise<Answer> {
  const url = new URL(hubUrl)
  url.protocol = url.protocol === 'wss:' ? 'https:' : 'http:'
  url.pathname = '/api/health/live'
  const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  if (addresses.length === 0)
    return { ok: false, says: `${url.hostname} has no address here`, files: { 'hub.json': { hubUrl, addresses } } }
  const sentAt = Date.now()
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message
    throw new Error(`${url.origin} cannot be reached: ${cause}`)
  })
  const ms = Date.now() - sentAt
  const told = Date.parse(answer.headers.get('date') ?? '')
  // The header has whole seconds.
  const skewMs = Number.isNaN(told) ? null : Math.round(sentAt + ms / 2 - told - 500)
  const facts = { hubUrl, addresses: addresses.map(({ address }) => address), status: answer.status, ms, clockAheadMs: skewMs }
  const isOff = skewMs !== null && Math.abs(skewMs) > mostSkewMs
  const says = isOff ? `this clock is ${Math.round(skewMs / 1000)} s ahead of the hub's` : `answers ${answer.status} in ${ms} ms`
  return { ok: answer.ok && !isOff, says, files: { 'hub.json': facts } }
}
