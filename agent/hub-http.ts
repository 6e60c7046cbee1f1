import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { AgentFailure } from './failure'
import { backoffMs, pause } from './pace'
import type { BlobSource } from './package-cache'

export type HubAsk = { method: 'GET' | 'PUT' | 'POST'; path: string; body?: Buffer; type?: string }
export type HubAnswer = { status: number; etag: string | undefined; body: Buffer }

const silenceMs = 60_000
const mostAnswerBytes = 8 * 1024 * 1024
const triesAfterRefusal = 8

/**
 * Asks until the hub has answered: while it is away there is nothing better to do, and who waits no longer says so by the signal.
 * What it refuses is refused; what went wrong on its side is tried again a few times.
 */
export async function askHub(source: BlobSource, ask: HubAsk, signal: AbortSignal): Promise<HubAnswer> {
  for (let [attempt, refusals] = [0, 0]; ; attempt += 1) {
    const answer = await askOnce(source, ask, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      if (error instanceof AgentFailure) throw error
      return undefined
    })
    if (answer && answer.status < 300) return answer
    // Another session has another ticket; until it is there, this one is not known.
    if (answer && answer.status !== 401) {
      refusals += 1
      if (answer.status < 500 || refusals >= triesAfterRefusal) throw refusalOf(answer)
    }
    await pause(backoffMs(attempt, 250, 5000), signal)
  }
}

async function askOnce(source: BlobSource, { method, path, body, type }: HubAsk, signal: AbortSignal): Promise<HubAnswer> {
  const { baseUrl, ticket } = await source.open(signal)
  const url = `${baseUrl}${path}`
  const headers = {
    authorization: `Bearer ${ticket}`,
    ...(body ? { 'content-type': type ?? 'application/json', 'content-length': String(body.length) } : {}),
  }
  const request = (url.startsWith('https:') ? https : http).request(url, { method, headers, signal })
  request.setTimeout(silenceMs, () => request.destroy(new Error('The hub fell silent.')))
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, etag: response.headers.etag, body: await readAll(response) }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += (chunk as Buffer).length
    if (size > mostAnswerBytes) throw new AgentFailure('copy_failed', 'The hub answered more than it may.')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** The hub's own sentence, where it has one. */
function refusalOf({ status, body }: HubAnswer): AgentFailure {
  const { title, reason, code } = problemIn(body)
  const known = reason === 'data_not_verified' ? 'data_not_verified' : code === 'too_large' ? 'data_too_large' : 'copy_failed'
  return new AgentFailure(known, title ?? `The hub answered ${status} to the copy.`)
}

function problemIn(body: Buffer): { title?: string; reason?: string; code?: string } {
  try {
    return JSON.parse(body.toString('utf8')) as { title?: string; reason?: string; code?: string }
  } catch {
    return {}
  }
}
