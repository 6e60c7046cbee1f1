import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { fetchOut } from '@/lib/net/fetch-out'
import { OutgoingError } from '@/lib/net/guarded-agent'
import { type LoadedProvider, loaded } from './load-providers'
import type { ProviderRefSchema } from './schema'
import type { TestProblem } from './views'

const Discovery = z.looseObject({ issuer: z.string(), authorization_endpoint: z.url(), token_endpoint: z.url(), jwks_uri: z.url() })
const Keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

/** Asks it what a sign-in will ask, as far as that goes without a person; what was wrong is kept with it. */
export async function testProvider(actor: Actor, { id }: z.infer<typeof ProviderRefSchema>): Promise<{ problem: TestProblem | null }> {
  authorize(actor, 'platform.manage', {}, 'This provider')
  const row = await db.signInProvider.findUnique({ where: { id } })
  if (!row) throw notFound('This provider')
  const problem = await problemOf(loaded(row))
  await db.signInProvider.updateMany({ where: { id, revision: row.revision }, data: { testedAt: clock.now(), testResult: problem } })
  return { problem }
}

async function problemOf(provider: LoadedProvider): Promise<TestProblem | null> {
  try {
    return provider.issuer ? await problemOfIssuer(provider.issuer) : await problemOfEndpoints(provider)
  } catch (error) {
    if (error instanceof OutgoingError) return error.code
    throw error
  }
}

async function problemOfIssuer(issuer: string): Promise<TestProblem | null> {
  const found = Discovery.safeParse(await readJson(`${issuer}/.well-known/openid-configuration`))
  if (!found.success) return 'no_discovery'
  // An issuer is compared as it stands: with or without a slash at its end, it is another one.
  if (found.data.issuer.replace(/\/$/, '') !== issuer) return 'other_issuer'
  return Keys.safeParse(await readJson(found.data.jwks_uri)).success ? null : 'no_keys'
}

/** Without discovery there is nothing to read: each address has to answer, whatever it says. */
async function problemOfEndpoints({ endpoints }: LoadedProvider): Promise<TestProblem | null> {
  for (const address of [endpoints?.authorization, endpoints?.token, endpoints?.userinfo])
    if (address && (await fetchOut(address)).status >= 500) return 'unreachable'
  return null
}

async function readJson(address: string): Promise<unknown> {
  const { status, text } = await fetchOut(address)
  try {
    return status === 200 ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
