import NextAuth, { type AuthOptions } from 'next-auth'
import { expect } from 'vitest'
import { findSession } from '@/lib/accounts/find-session'
import type { PersonActor } from '@/lib/auth/actor'
import { sessionCookieName } from '@/lib/auth/session-cookie'

/** Where the portal is, as providers are told. */
export const origin = 'http://127.0.0.1:4800'
const device = { address: '192.0.2.1', agent: 'curl/8' }
const sessionCookie = sessionCookieName('http')

interface Ask {
  readonly isCallback: boolean
  readonly device: typeof device
  readonly oldToken: string | undefined
}

/** Somebody's browser: cookies for us and for the provider, and it goes where it is led, without pages. */
export class SignInBrowser {
  /** `optionsFor`: as the page that asks next-auth makes them. */
  constructor(private readonly optionsFor: (ask: Ask) => Promise<AuthOptions>) {}

  private readonly ours = new Map<string, string>()
  private readonly theirs = new Map<string, string>()

  get token(): string | undefined {
    return this.ours.get(sessionCookie)
  }

  /** next-auth as a page of Next asks it. */
  private async ask(address: string, body?: object): Promise<{ redirect: string; sent: { csrfToken?: string } }> {
    const url = new URL(address, origin)
    const nextauth = url.pathname.split('/').slice(3)
    const isCallback = nextauth[0] === 'callback'
    const answer = { redirect: '', sent: {} }
    const response = {
      lines: [] as string[],
      status: () => response,
      getHeader: () => response.lines,
      setHeader(name: string, value: string | string[]) {
        if (name === 'Set-Cookie') response.lines = [...value]
        if (name === 'Location') answer.redirect = String(value)
        return response
      },
      end: () => {},
      json: (sent: object) => Object.assign(answer, { sent }),
      send: (sent: object) => Object.assign(answer, { sent }),
    }
    const request = {
      query: { ...Object.fromEntries(url.searchParams), nextauth },
      cookies: Object.fromEntries(this.ours),
      headers: { host: url.host },
      method: body ? 'POST' : 'GET',
      body,
    }
    await NextAuth(request as never, response as never, await this.optionsFor({ isCallback, device, oldToken: this.token }))
    for (const line of response.lines) this.keep(line)
    // Its own page of errors leads on to ours.
    return /^\/api\/auth\/(error|signin)$/.test(new URL(answer.redirect || '/', origin).pathname) ? this.ask(answer.redirect) : answer
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', ...rest] = pair.split('=')
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax']))
    if (attributes.includes('Max-Age=0')) this.ours.delete(name)
    else this.ours.set(name, decodeURIComponent(rest.join('=')))
  }

  /** Presses the button; where it leads. */
  async begin(id: string): Promise<string> {
    const { csrfToken } = (await this.ask('/api/auth/csrf')).sent
    return (await this.ask(`/api/auth/signin/${id}`, { csrfToken, callbackUrl: origin })).redirect
  }

  /** Through the provider's pages; the address by which it sends the browser back. */
  async pass(address: string): Promise<string> {
    let press: { method: 'POST'; body: URLSearchParams } | undefined
    for (let url = address, turns = 0; turns < 10; turns++) {
      if (url.startsWith(origin)) return url
      const cookie = [...this.theirs].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, { ...press, redirect: 'manual', headers: { cookie } })
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', ...rest] = (line.split(';')[0] ?? '').split('=')
        this.theirs.set(name, rest.join('='))
      }
      const next = answer.headers.get('location')
      press = undefined
      if (next) url = new URL(next, url).href
      else {
        const page = await answer.text()
        const filled = this.fillIn(page)
        if (!filled) return `${answer.status} ${page}`
        press = { method: 'POST', body: filled.body }
        url = new URL(filled.action, url).href
      }
    }
    return 'in circles'
  }

  /** Of a page of the provider that asks something: what its person answers. */
  protected fillIn(_page: string): { action: string; body: URLSearchParams } | undefined {
    return undefined
  }

  async arrive(address: string): Promise<string> {
    return (await this.ask(address)).redirect
  }

  /** The whole way, as a person goes it. */
  async signIn(id: string): Promise<string> {
    return this.arrive(await this.pass(await this.begin(id)))
  }

  async whoAmI(): Promise<PersonActor | undefined> {
    return (await findSession(this.token, device))?.actor
  }
}
