import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError, type ExitCode, exitCodes, UsageError } from '@/cli/outcome'
import type { Settings } from './settings'

type Json = Record<string, unknown>
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

interface Ask {
  readonly method?: string
  readonly query?: Query
  readonly body?: unknown
  /** Bytes of an archive, instead of JSON. */
  readonly bytes?: Uint8Array
  readonly type?: string
}

const busyTries = 5

const nextOf: Readonly<Record<string, string>> = {
  sign_in: 'Say who you are: tengen login, or TENGEN_TOKEN=…',
  token_refused: 'Make another one (Your account → Tokens) and say it: tengen login, or TENGEN_TOKEN=…',
  not_found: 'tengen services and tengen deploys list what you may see; tengen whoami says who you are.',
  forbidden: 'Ask for the role on the page Members; what a token may stands at Your account → Tokens.',
  fresh_sign_in: 'This takes a person: do it in the browser.',
  plan_changed: 'Look at the new plan and ask again.',
  precondition_failed: 'Somebody else was faster: look again.',
  unavailable: 'The hub is not there just now. Try again in a moment.',
}

const exitOf = (code: string): ExitCode => (code === 'sign_in' || code === 'token_refused' ? exitCodes.signIn : exitCodes.failed)

/** All that the command line knows of the hub: its API. */
export class Client {
  constructor(private readonly settings: Settings) {}

  get url(): string {
    const { url } = this.settings
    if (!url)
      throw new CliError('It is not said where Tengen is.', 'tengen login https://tengen.example.org, or TENGEN_URL=…', exitCodes.signIn)
    if (!URL.canParse(url)) throw new UsageError(`${url} is no address of a Tengen: say it as https://tengen.example.org.`)
    return url.replace(/\/+$/, '')
  }

  get<T = Json>(path: string, query?: Query): Promise<T> {
    return this.json<T>(path, query ? { query } : {})
  }

  post<T = Json>(path: string, body: unknown = {}): Promise<T> {
    return this.json<T>(path, { method: 'POST', body })
  }

  async json<T>(path: string, ask: Ask = {}): Promise<T> {
    const answer = await this.send(path, ask)
    const text = await answer.text()
    return (text ? JSON.parse(text) : null) as T
  }

  async text(path: string, query?: Query): Promise<string> {
    return (await this.send(path, query ? { query } : {})).text()
  }

  /** Any request; a refusal becomes a sentence. Changes carry a key, so that trying again does nothing twice. */
  async send(path: string, ask: Ask = {}): Promise<Response> {
    const method = ask.method ?? 'GET'
    const address = new URL(this.url + path)
    for (const [name, value] of Object.entries(ask.query ?? {})) if (value !== undefined) address.searchParams.set(name, String(value))
    const key: Record<string, string> = method === 'GET' ? {} : { 'idempotency-key': randomUUID() }
    for (let tries = 1; ; tries++) {
      const answer = await this.once(address, method, ask, key)
      if (answer.ok) return answer
      const waitSeconds = Number(answer.headers.get('retry-after'))
      if ((answer.status === 429 || answer.status === 503) && tries < busyTries) {
        await sleep(Math.min(30, waitSeconds > 0 ? waitSeconds : tries) * 1_000)
        continue
      }
      throw refusalOf(await answer.text(), answer.status)
    }
  }

  private async once(address: URL, method: string, { body, bytes, type }: Ask, key: Record<string, string>): Promise<Response> {
    const { token } = this.settings
    const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body))
    try {
      return await fetch(address, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(content === undefined ? {} : { 'content-type': type ?? 'application/json' }),
          ...key,
        },
        ...(content === undefined ? {} : { body: content as BodyInit }),
      })
    } catch (error) {
      const cause = (error as { cause?: Error }).cause
      throw new CliError(
        `${address.origin} does not answer: ${cause?.message ?? (error as Error).message}`,
        'Look at the address: tengen login URL, or TENGEN_URL=…',
      )
    }
  }
}

function refusalOf(text: string, status: number): CliError {
  let problem: Json = {}
  try {
    problem = JSON.parse(text) as Json
  } catch {
    return new CliError(`The hub answered ${status} with something that is no answer of Tengen.`, 'Look at the address: is it Tengen’s?')
  }
  const code = String(problem.code)
  const issues = Array.isArray(problem.issues)
    ? (problem.issues as Json[]).map((one) => `\n  ${[one.path ?? one.file, one.line].filter(Boolean).join(':')} ${one.message}`)
    : []
  const next = nextOf[code] ?? (code === 'internal' ? `Tell an operator this request id: ${problem.instance}` : undefined)
  return new CliError(`${problem.title}${issues.join('')}`, next, exitOf(code), problem)
}
