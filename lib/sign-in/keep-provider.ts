import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { SignInProvider } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { encrypt } from '@/lib/encrypt'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { knownProvider } from './known-providers'
import { providerPlace } from './load-providers'
import { type AddProviderInput, AddProviderSchema, type ChangeProviderInput, ChangeProviderSchema, type ProviderRefSchema } from './schema'

/** Another way to sign in. Who is let in by it, the provider decides, and its list of domains. */
export async function addProvider(actor: Actor, input: AddProviderInput): Promise<{ id: string }> {
  authorize(actor, 'platform.manage', {}, 'This provider')
  const { id, clientSecret, address, authorizationUrl, tokenUrl, userinfoUrl, scopes = '', ...rest } = AddProviderSchema.parse(input)
  const fields = missingFields({ ...rest, address, authorizationUrl, tokenUrl, userinfoUrl })
  if (fields) throw new AppError('invalid', 'This provider cannot be found without its addresses.', { fields })
  return transaction(async (tx) => {
    if (await tx.signInProvider.count({ where: { id } }))
      throw new AppError('name_taken', 'A provider of this id is there already.', { fields: { id: 'is taken' } })
    insistFresh(actor, 'provider.set')
    await tx.signInProvider.create({
      data: {
        ...rest,
        id,
        scopes,
        address: address ?? null,
        authorizationUrl: authorizationUrl ?? null,
        tokenUrl: tokenUrl ?? null,
        userinfoUrl: userinfoUrl ?? null,
        clientSecret: encrypt(clientSecret, providerPlace(id)),
        createdBy: actor.id,
        createdAt: clock.now(),
      },
    })
    await tell(tx, actor, 'provider.added', { id, kind: rest.kind, name: rest.name })
    return { id }
  })
}

type Addresses = Pick<z.output<typeof AddProviderSchema>, 'kind' | 'address' | 'authorizationUrl' | 'tokenUrl' | 'userinfoUrl'>

/** Which addresses a kind cannot do without. */
function missingFields(given: Addresses): Record<string, string> | undefined {
  const known = knownProvider(given.kind)
  const needed =
    given.kind === 'oauth2' ? (['authorizationUrl', 'tokenUrl', 'userinfoUrl'] as const) : known.address ? [] : (['address'] as const)
  const missing = needed.filter((field) => !given[field])
  return missing.length > 0 ? Object.fromEntries(missing.map((field) => [field, 'is needed'])) : undefined
}

/** Another name, client, secret or list of domains. Who is signed in stays so; who signs in next does it so. */
export async function changeProvider(actor: Actor, input: ChangeProviderInput): Promise<void> {
  const { id, revision, clientSecret, scopes = '', ...rest } = ChangeProviderSchema.parse(input)
  await change(actor, id, async (tx, provider) => {
    if (provider.revision !== revision) throw new AppError('stale', 'Somebody else has changed this provider. Look at it again first.')
    insistFresh(actor, 'provider.set')
    await tx.signInProvider.update({
      where: { id },
      data: {
        ...rest,
        scopes,
        ...(clientSecret ? { clientSecret: encrypt(clientSecret, providerPlace(id)) } : {}),
        revision: { increment: 1 },
        // What was tried is not what is there now.
        testedAt: null,
        testResult: null,
      },
    })
    await tell(tx, actor, 'provider.changed', {
      id,
      isEnabled: rest.isEnabled,
      hasNewSecret: clientSecret !== undefined,
      before: Object.fromEntries(Object.keys(rest).map((key) => [key, provider[key as keyof typeof provider]])),
      after: rest,
    })
  })
}

/**
 * The way is gone, and with it who was known by it: another provider of this id would say of strangers that they are these people.
 */
export async function removeProvider(actor: Actor, { id }: z.infer<typeof ProviderRefSchema>): Promise<void> {
  await change(actor, id, async (tx) => {
    insistFresh(actor, 'provider.set')
    const { count } = await tx.account.deleteMany({ where: { provider: id } })
    await tx.pendingConnection.deleteMany({ where: { providerId: id } })
    await tx.session.deleteMany({ where: { providerId: id } })
    await tx.signInProvider.delete({ where: { id } })
    await tell(tx, actor, 'provider.removed', { id, people: count })
  })
}

async function change(actor: Actor, id: string, work: (tx: Tx, provider: SignInProvider) => Promise<void>): Promise<void> {
  authorize(actor, 'platform.manage', {}, 'This provider')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "SignInProvider" where id = ${id} for update`
    const provider = await tx.signInProvider.findUnique({ where: { id } })
    if (!provider) throw notFound('This provider')
    await work(tx, provider)
  })
}

const tell = (tx: Tx, actor: Actor, name: `provider.${string}`, data: Record<string, unknown>) =>
  writeEvent(tx, actor, { name, subject: { kind: 'hub', id: '1' }, data })
