import { get } from 'node:http'
import type { ContentCheck, UnitContent } from '@/lib/protocol/desired'
import type { CheckOutcome } from './check'

type HttpCheck = NonNullable<ContentCheck['http']>

/** The agent asks itself: no redirect is followed, and the answer's body is not read. */
export async function checkHttp(
  { address, ports }: UnitContent,
  http: HttpCheck,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const port = ports[http.port]
  if (port === undefined) return { ok: false, message: `The unit has no port ${http.port} to ask.`, lines: [] }
  const asked = `GET ${http.path} on port ${http.port} (${port})`
  const answer = await statusOf({ host: address || '127.0.0.1', port, path: http.path }, timeoutMs, signal)
  if (typeof answer === 'string') return { ok: false, message: `${asked}: ${answer}.`, lines: [] }
  const isGood = http.status === null ? answer >= 200 && answer < 400 : answer === http.status
  if (isGood) return { ok: true, lines: [] }
  return { ok: false, message: `${asked} answered ${answer}, not ${http.status ?? '200 to 399'}.`, lines: [] }
}

type Target = { host: string; port: number; path: string }

/** The status, or why there was none. */
function statusOf(target: Target, timeoutMs: number, signal: AbortSignal): Promise<number | string> {
  return new Promise((resolve) => {
    const request = get({ ...target, agent: false, headers: { 'user-agent': 'tengen-check' }, signal })
    // Not the socket's idle time: a program that drips bytes must not hold the check.
    const limit = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
    const end = (answer: number | string) => {
      clearTimeout(limit)
      request.destroy()
      resolve(answer)
    }
    request.once('response', ({ statusCode }) => end(statusCode ?? 'no status'))
    request.on('error', (error) => end(error.message))
  })
}
