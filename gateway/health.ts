import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type pg from 'pg'
import { pace } from '@/lib/pace'

export interface HealthOptions {
  readonly pool: pg.Pool
  readonly web: { readonly host: string; readonly port: number }
  readonly isClosing: () => boolean
}

type Part = 'ok' | 'away'

export interface Readiness {
  readonly status: 'ready' | 'not_ready'
  readonly parts: Readonly<Record<'database' | 'web' | 'worker', Part>>
}

const part = (isThere: boolean): Part => (isThere ? 'ok' : 'away')

/** Any answer of the web process but a server error. A file, so that no page is rendered and no row read. */
const askWeb = ({ host, port }: HealthOptions['web']): Promise<boolean> =>
  new Promise((resolve) => {
    const request = http.request({ host, port, method: 'HEAD', path: '/live-worker.js', timeout: 2_000, agent: false }, (response) => {
      response.resume()
      resolve((response.statusCode ?? 500) < 500)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.end()
  })

const heard = `select exists (select 1 from "ProcessHeartbeat" where kind = 'worker' and "heardAt" > now() - $1 * interval '1 millisecond') as worker`

async function askDatabase(pool: pg.Pool): Promise<{ database: boolean; worker: boolean }> {
  try {
    const { rows } = await pool.query<{ worker: boolean }>({
      text: heard,
      values: [pace('ownerLost')],
      query_timeout: 2_000,
    } as pg.QueryConfig)
    return { database: true, worker: rows[0]?.worker ?? false }
  } catch {
    return { database: false, worker: false }
  }
}

/** `/api/health/live`: this process answers. `/api/health/ready`: database, web and a worker were heard. */
export function makeHealth({ pool, web, isClosing }: HealthOptions) {
  let asked = 0
  let answer: Promise<Readiness> | undefined

  async function ask(): Promise<Readiness> {
    const [{ database, worker }, isWebThere] = await Promise.all([askDatabase(pool), askWeb(web)])
    const parts = { database: part(database), web: part(isWebThere), worker: part(worker) }
    return { status: database && worker && isWebThere && !isClosing() ? 'ready' : 'not_ready', parts }
  }

  /** Asked at most twice a second, however many probes there are. */
  const readiness = (): Promise<Readiness> => {
    if (!answer || Date.now() - asked > 500) {
      asked = Date.now()
      answer = ask()
    }
    return answer
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?')[0]
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body))
    }
    if (path === '/api/health/live') return send(200, { status: 'live' })
    if (path !== '/api/health/ready') return send(404, { status: 404, code: 'not_found', title: 'There is nothing at this address.' })
    const found = await readiness()
    send(found.status === 'ready' ? 200 : 503, found)
  }
}
