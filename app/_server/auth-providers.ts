import type { Profile } from 'next-auth'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { fetchOut } from '@/lib/net/fetch-out'
import { GuardedAgent } from '@/lib/net/guarded-agent'
import { exchangeBody, knownProvider, type ProvidedPerson, readToken } from '@/lib/sign-in/known-providers'
import type { LoadedProvider } from '@/lib/sign-in/load-providers'

/** What next-auth asks of providers goes the one way, too: to addresses that may be dialled, for so long and so many bytes. */
const httpOptions = { agent: new GuardedAgent(), timeout: 8_000 }

/** Told who came, before next-auth asks whether they may. */
type Tell = (person: ProvidedPerson) => void

const common = ({ id, name, clientId, clientSecret, scopes }: LoadedProvider) =>
  ({ id, name, type: 'oauth', clientId, clientSecret, httpOptions, authorization: { params: { scope: scopes } } }) as const

/** A row as next-auth wants it. */
export function authProvider(provider: LoadedProvider, tell: Tell): OAuthConfig<object> {
  const read = (userinfo: unknown, emails?: unknown) => {
    const person = knownProvider(provider.kind).readPerson(userinfo, emails)
    tell(person)
    return { id: person.accountId, email: person.email, name: person.name }
  }
  return provider.issuer ? withDiscovery(provider, read) : withEndpoints(provider, read)
}

type Read = (userinfo: unknown, emails?: unknown) => { id: string; email: string | null; name: string | null }

function withDiscovery(provider: LoadedProvider, read: Read): OAuthConfig<object> {
  return {
    ...common(provider),
    wellKnown: `${provider.issuer}/.well-known/openid-configuration`,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    userinfo: {
      // The token is checked already; what it leaves out, the provider says when it is asked.
      async request({ tokens, client }) {
        const claims = claimsIn(tokens)
        return claims.email ? claims : { ...claims, ...(await client.userinfo(tokens as never)) }
      },
    },
    profile: (claims) => read(claims),
  }
}

/** Of the identity token, which next-auth's own types do not know of. */
function claimsIn(tokens: object): Profile {
  if ('claims' in tokens && typeof tokens.claims === 'function') return tokens.claims() as Profile
  throw new Error('The provider sent no identity token.')
}

function withEndpoints(provider: LoadedProvider, read: Read): OAuthConfig<object> {
  const { kind, endpoints, clientId, clientSecret, scopes } = provider
  const known = knownProvider(kind)
  const url = new URL(endpoints?.authorization ?? '')
  return {
    ...common(provider),
    authorization: {
      url: url.origin + url.pathname,
      params: { ...Object.fromEntries(url.searchParams), ...(scopes ? { scope: scopes } : {}) },
    },
    issuer: url.origin,
    idToken: false,
    checks: known.hasPkce ? ['pkce', 'state'] : ['state'],
    token: {
      url: endpoints?.token ?? '',
      async request({ params, checks, provider: own }) {
        if (!checks.state || params.state !== checks.state) throw new Error('The state is another.')
        const ask = { clientId, clientSecret, code: params.code ?? '', redirectUri: own.callbackUrl, verifier: checks.code_verifier }
        const { type, body } = exchangeBody(kind, ask)
        const answer = await readJson(endpoints?.token ?? '', { method: 'POST', body, headers: { 'content-type': type } })
        const access_token = readToken(answer)
        if (!access_token) throw new Error('The code was not taken.')
        return { tokens: { access_token } }
      },
    },
    userinfo: {
      url: endpoints?.userinfo ?? '',
      async request({ tokens }) {
        const token = tokens.access_token ?? ''
        const headers: Record<string, string> = known.tokenHeader ? { [known.tokenHeader]: token } : { authorization: `Bearer ${token}` }
        const userinfo = await readJson(endpoints?.userinfo ?? '', { headers })
        return { userinfo, emails: endpoints?.emails ? await readJson(endpoints.emails, { headers }) : undefined } as object
      },
    },
    profile: (answers) => {
      const { userinfo, emails } = answers as { userinfo: unknown; emails: unknown }
      return read(userinfo, emails)
    },
  }
}

async function readJson(address: string, request: Parameters<typeof fetchOut>[1]): Promise<unknown> {
  const { status, text } = await fetchOut(address, request)
  if (status !== 200) throw new Error(`${new URL(address).host} answered ${status}.`)
  return JSON.parse(text)
}
