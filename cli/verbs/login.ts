import { Client } from '@/cli/api/client'
import { insistThere } from '@/cli/api/place'
import { forgetSettings, keepSettings, readSettings, settingsFile } from '@/cli/api/settings'
import { browserLogin } from '@/cli/browser-login'
import { askFor } from '@/cli/confirm'
import { CliError, done, exitCodes, type Outcome, UsageError } from '@/cli/outcome'
import type { Given, Verb } from '@/cli/verb'
import { shellVariable } from '@/lib/env'

/** Keeps where the hub is, and a token that a person made for this machine in the browser. */
async function login({ args, settings }: Given): Promise<Outcome> {
  const said = args[0] ?? settings.url
  if (!said || !URL.canParse(said)) throw new UsageError('Say where Tengen is: tengen login https://tengen.example.org')
  const url = new URL(said).origin
  const token = shellVariable('TENGEN_TOKEN') ?? (await ask(url))
  if (!token.startsWith('tgn_'))
    throw new CliError('This is no token: they begin with tgn_.', `Make one at ${url}/me/tokens`, exitCodes.signIn)
  const client = new Client({ url, token })
  const me = await client.get<{ name: string }>('/api/v1/me')
  const organizations = await client.get<{ slug: string; applications: { slug: string }[] }[]>('/api/v1/organizations')
  const only = organizations.length === 1 ? organizations[0] : undefined
  const application = only?.applications.length === 1 ? only.applications[0]?.slug : undefined
  keepSettings({ url, token, ...(only ? { organization: only.slug } : {}), ...(application ? { application } : {}) })
  return done([`You are ${me.name} at ${url}.`, `Kept in ${settingsFile()}, readable by you alone.`], { ok: true, url, name: me.name })
}

async function ask(url: string): Promise<string> {
  const token = process.stdin.isTTY ? await browserLogin(url) : await askFor('Token: ')
  if (!token) throw new UsageError('No token was given.')
  return token
}

/** Ends the token, too, where it is one’s own. */
async function logout({ client }: Given): Promise<Outcome> {
  const me = await client.get<{ token: { id: string; isShared: boolean } | null }>('/api/v1/me').catch(() => undefined)
  const isOwn = me?.token && !me.token.isShared && !shellVariable('TENGEN_TOKEN')
  if (isOwn) await client.send(`/api/v1/me/tokens/${me.token?.id}`, { method: 'DELETE' })
  forgetSettings()
  return done([isOwn ? 'Signed out: the token was revoked and forgotten.' : 'Forgotten.'], { ok: true })
}

/** What the commands are about from now on. */
async function use({ args, settings, client }: Given): Promise<Outcome> {
  const [organization, application] = (args[0] ?? '').split('/')
  if (!organization) throw new UsageError('Say tengen use ORGANISATION/APPLICATION.')
  await insistThere(client, organization, application)
  const { url, token } = readSettings()
  keepSettings({ ...(url ? { url } : {}), ...(token ? { token } : {}), organization, ...(application ? { application } : {}) })
  return done([`Commands are about ${args[0]} now.`], {
    ok: true,
    organization,
    application: application ?? null,
    url: settings.url ?? null,
  })
}

export const loginVerb: Verb = { options: {}, args: [0, 1], run: login }
export const logoutVerb: Verb = { options: {}, args: [0, 0], run: logout }
export const useVerb: Verb = { options: {}, args: [1, 1], run: use }
