import { z } from 'zod'

/** Who somebody is, as a provider says. */
export interface ProvidedPerson {
  readonly accountId: string
  readonly email: string | null
  /** The provider says that it checked the address. */
  readonly isEmailVerified: boolean
  readonly name: string | null
}

export interface Endpoints {
  readonly authorization: string
  readonly token: string
  readonly userinfo: string
  /** Where the person's addresses are listed with what was checked, if not in userinfo. */
  readonly emails?: string
}

interface Known {
  readonly title: string
  /** `oidc` finds its addresses by discovery; `oauth2` has them written down. */
  readonly speaks: 'oidc' | 'oauth2'
  /** Where it lies; null = the operator says. */
  readonly address: string | null
  readonly scopes: string
  readonly hasPkce: boolean
  readonly endpoints?: (address: string) => Endpoints
  /** How a code is exchanged: as RFC 6749 says, or with names of its own in JSON. */
  readonly exchange?: (code: ExchangeAsk) => Record<string, string>
  /** The header that carries the token; `Authorization: Bearer` where nothing is said. */
  readonly tokenHeader?: string
  readonly readPerson: (userinfo: unknown, emails?: unknown) => ProvidedPerson
}

export interface ExchangeAsk {
  readonly clientId: string
  readonly clientSecret: string
  readonly code: string
  readonly redirectUri: string
  readonly verifier?: string | undefined
}

const text = z.string().trim().min(1).nullish().catch(null)
const id = z.union([z.string().min(1), z.number()]).transform(String)

const Claims = z.looseObject({
  sub: z.string().min(1),
  email: text,
  email_verified: z.union([z.boolean(), z.stringbool()]).catch(false),
  name: text,
  preferred_username: text,
})
/** Claims of OpenID Connect; most OAuth 2 servers answer alike. */
const readClaims = (userinfo: unknown): ProvidedPerson => {
  const { sub, email, email_verified, name, preferred_username } = Claims.parse(userinfo)
  return { accountId: sub, email: email ?? null, isEmailVerified: email_verified, name: name ?? preferred_username ?? null }
}

const AnyAnswer = z.looseObject({
  sub: id.optional(),
  id: id.optional(),
  email: text,
  email_verified: z.boolean().catch(false),
  name: text,
  login: text,
  username: text,
})
const readAny = (userinfo: unknown): ProvidedPerson => {
  const { sub, id: own, email, email_verified, name, login, username } = AnyAnswer.parse(userinfo)
  return {
    accountId: z
      .string()
      .min(1)
      .parse(sub ?? own),
    email: email ?? null,
    isEmailVerified: email_verified,
    name: name ?? login ?? username ?? null,
  }
}

const ForgeUser = z.looseObject({ id, login: z.string(), full_name: text, name: text })
const ForgeEmails = z.array(z.looseObject({ email: z.string(), verified: z.boolean(), primary: z.boolean() }))
/** GitHub and Gitea: the addresses stand in a list of their own, each with whether it was checked. */
const readForge = (userinfo: unknown, emails: unknown): ProvidedPerson => {
  const user = ForgeUser.parse(userinfo)
  const main = ForgeEmails.parse(emails).find((one) => one.primary)
  return {
    accountId: user.id,
    email: main?.email ?? null,
    isEmailVerified: main?.verified ?? false,
    name: user.full_name ?? user.name ?? user.login,
  }
}

/** Feishu: everything in `data`; the enterprise's own address was given by its administrators, the personal one by nobody. */
const Feishu = z.looseObject({ data: z.looseObject({ union_id: z.string().min(1), name: text, enterprise_email: text, email: text }) })
const readFeishu = (userinfo: unknown): ProvidedPerson => {
  const { union_id, name, enterprise_email, email } = Feishu.parse(userinfo).data
  return { accountId: union_id, email: enterprise_email ?? email ?? null, isEmailVerified: Boolean(enterprise_email), name: name ?? null }
}

/** DingTalk says an address if there is one, and never that it was checked. */
const DingTalk = z.looseObject({ unionId: z.string().min(1), nick: text, email: text })
const readDingTalk = (userinfo: unknown): ProvidedPerson => {
  const { unionId, nick, email } = DingTalk.parse(userinfo)
  return { accountId: unionId, email: email ?? null, isEmailVerified: false, name: nick ?? null }
}

const standardExchange = ({ clientId, clientSecret, code, redirectUri, verifier }: ExchangeAsk) => ({
  grant_type: 'authorization_code',
  client_id: clientId,
  client_secret: clientSecret,
  code,
  redirect_uri: redirectUri,
  ...(verifier ? { code_verifier: verifier } : {}),
})

const oidc = { speaks: 'oidc', scopes: 'openid email profile', hasPkce: true, readPerson: readClaims } as const

/** Providers as far as we know what is special about them. Whatever speaks OpenID Connect needs no row of its own. */
export const knownProviders = {
  oidc: { ...oidc, title: 'OpenID Connect', address: null },
  google: { ...oidc, title: 'Google', address: 'https://accounts.google.com' },
  gitlab: { ...oidc, title: 'GitLab', address: null },
  oauth2: { title: 'OAuth 2', speaks: 'oauth2', address: null, scopes: '', hasPkce: true, readPerson: readAny },
  github: {
    title: 'GitHub',
    speaks: 'oauth2',
    address: 'https://github.com',
    scopes: 'read:user user:email',
    hasPkce: true,
    endpoints: () => ({
      authorization: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      userinfo: 'https://api.github.com/user',
      emails: 'https://api.github.com/user/emails',
    }),
    readPerson: readForge,
  },
  gitea: {
    title: 'Gitea, Forgejo',
    speaks: 'oauth2',
    address: null,
    scopes: 'read:user',
    hasPkce: true,
    endpoints: (address) => ({
      authorization: `${address}/login/oauth/authorize`,
      token: `${address}/login/oauth/access_token`,
      userinfo: `${address}/api/v1/user`,
      emails: `${address}/api/v1/user/emails`,
    }),
    readPerson: readForge,
  },
  feishu: {
    title: '飞书 (Feishu)',
    speaks: 'oauth2',
    address: 'https://open.feishu.cn',
    scopes: 'contact:user.email:readonly',
    hasPkce: true,
    endpoints: () => ({
      authorization: 'https://accounts.feishu.cn/open-apis/authen/v1/authorize',
      token: 'https://open.feishu.cn/open-apis/authen/v2/oauth/token',
      userinfo: 'https://open.feishu.cn/open-apis/authen/v1/user_info',
    }),
    exchange: standardExchange,
    readPerson: readFeishu,
  },
  dingtalk: {
    title: '钉钉 (DingTalk)',
    speaks: 'oauth2',
    address: 'https://login.dingtalk.com',
    scopes: 'openid',
    hasPkce: false,
    endpoints: () => ({
      authorization: 'https://login.dingtalk.com/oauth2/auth?prompt=consent',
      token: 'https://api.dingtalk.com/v1.0/oauth2/userAccessToken',
      userinfo: 'https://api.dingtalk.com/v1.0/contact/users/me',
    }),
    exchange: ({ clientId, clientSecret, code }) => ({ clientId, clientSecret, code, grantType: 'authorization_code' }),
    tokenHeader: 'x-acs-dingtalk-access-token',
    readPerson: readDingTalk,
  },
} as const satisfies Record<string, Known>

export type ProviderKind = keyof typeof knownProviders
export const providerKinds = Object.keys(knownProviders) as [ProviderKind, ...ProviderKind[]]
export const knownProvider = (kind: ProviderKind): Known => knownProviders[kind]

/** The body with which a code is exchanged: a form as RFC 6749 says, or JSON where the provider has it so. */
export function exchangeBody(kind: ProviderKind, ask: ExchangeAsk): { type: string; body: string } {
  const { exchange } = knownProvider(kind)
  return exchange
    ? { type: 'application/json', body: JSON.stringify(exchange(ask)) }
    : { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(standardExchange(ask)).toString() }
}

const TokenAnswer = z.looseObject({ access_token: z.string().min(1).optional(), accessToken: z.string().min(1).optional() })
/** The token in an answer, whatever the provider calls it; undefined = the code was refused. */
export const readToken = (answer: unknown): string | undefined => {
  const { data } = TokenAnswer.safeParse(answer)
  return data?.access_token ?? data?.accessToken
}
