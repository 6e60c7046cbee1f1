import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { lookAtKubeconfig } from '@/lib/clusters/look-at-kubeconfig'
import { db } from '@/lib/db/client'
import { setEnv } from '@/lib/env'
import { createWebhook } from '@/lib/notices/keep-webhook'
import { deliveriesSent, sendDeliveries } from '@/lib/notices/send-deliveries'
import { addProvider } from '@/lib/sign-in/keep-provider'
import { testProvider } from '@/lib/sign-in/test-provider'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { signedIn } from '@/lib/testing/signed-in'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { routes } from './routes'

let database: TestDatabase
let world: BuiltOrganization
let operator: PersonActor
/** Answers, so that of several addresses one alone is at fault. */
const fine = http.createServer((_, response) => response.end('{}'))
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  await new Promise<void>((resolve) => fine.listen(0, '127.0.0.1', resolve))
  setEnv({ OUTGOING_ALLOW: '127.0.0.1' })
  operator = await signedIn(world.userIds.operator)
})
afterAll(async () => {
  fine.close()
  setEnv({ OUTGOING_ALLOW: undefined })
  await database.dispose()
})

/** Where clouds tell a machine its secrets, in all the ways that people write it. */
const metadata = ['169.254.169.254', '2852039166', '[::ffff:169.254.169.254]', '168.63.129.16']

type Kind = 'address' | 'authorizationUrl' | 'tokenUrl' | 'userinfoUrl'
let made = 0
const ofProvider = (field: Kind) => async (host: string) => {
  const id = `p${++made}`
  const at = `http://127.0.0.1:${(fine.address() as AddressInfo).port}`
  const urls = { authorizationUrl: at, tokenUrl: at, userinfoUrl: at, [field]: `http://${host}` }
  const kind = field === 'address' ? ('oidc' as const) : ('oauth2' as const)
  await addProvider(operator, { id, kind, name: id, clientId: 'c', clientSecret: 's', ...urls })
  return (await testProvider(operator, { id })).problem
}

async function ofWebhook(host: string): Promise<string | null> {
  const at = clock.now()
  const ask = { organization: world.slug, name: host, url: `http://${host}/latest/meta-data`, kinds: [] }
  const { id: webhookId } = await createWebhook(await world.person('admin'), ask)
  await db.webhookDelivery.create({ data: { webhookId, eventId: 1n, kind: 'deploy_commented', body: '{}', nextAt: at, createdAt: at } })
  await sendDeliveries()
  await deliveriesSent()
  return (await db.webhookDelivery.findFirstOrThrow({ where: { webhookId } })).error
}

async function ofCluster(host: string): Promise<string | undefined> {
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: `https://${host}` } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  })
  return (await lookAtKubeconfig(operator, { kubeconfig })).trouble?.code
}

const refused = 'address_refused'
const notDialled = 'no request of ours goes there'
/** Every field of an input that holds an address: what comes of a metadata service in it, and how that is said. */
const fields: Readonly<Record<string, { tries: (host: string) => Promise<unknown>; says: unknown } | typeof notDialled>> = {
  'webhooks url': { tries: ofWebhook, says: expect.stringContaining('may not reach') },
  'sign-in-providers address': { tries: ofProvider('address'), says: refused },
  'sign-in-providers authorizationUrl': { tries: ofProvider('authorizationUrl'), says: refused },
  'sign-in-providers tokenUrl': { tries: ofProvider('tokenUrl'), says: refused },
  'sign-in-providers userinfoUrl': { tries: ofProvider('userinfoUrl'), says: refused },
  'clusters kubeconfig': { tries: ofCluster, says: 'cluster_denied' },
  // Where a machine finds its hub: written into the line that it runs.
  'join-tokens hub': notDialled,
  // Handed to units, who ask there with their own rights.
  'external-services address': notDialled,
  // Of a route the ingress is asked, under this name.
  'routes host': notDialled,
}

interface Schema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
const holdsAddress = /(url|uri|address|server|endpoint|issuer|hub|proxy|host|origin|kubeconfig)$/i

function addressesIn(schema: Schema, name = ''): string[] {
  if (schema.format === 'uri' || (schema.type === 'string' && holdsAddress.test(name))) return [name]
  const parts = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => addressesIn(part, key))
  return [
    ...parts,
    ...(schema.items ? addressesIn(schema.items, name) : []),
    ...(schema.anyOf ?? []).flatMap((one) => addressesIn(one, name)),
  ]
}

test('every field for an address is known, and none leads to where clouds tell their secrets', async () => {
  const found = routes.flatMap(({ path, body }) => {
    const schema = body ? (z.toJSONSchema(body, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Schema) : {}
    const noun = path.split('/').findLast((word) => Object.keys(fields).some((field) => field.startsWith(`${word} `)))
    return addressesIn(schema).map((name) => `${noun ?? path} ${name}`)
  })
  expect([...new Set(found)].sort()).toEqual(Object.keys(fields).sort())
  for (const [name, field] of Object.entries(fields)) {
    if (field === notDialled) continue
    for (const host of metadata) expect([name, host, await field.tries(host)]).toEqual([name, host, field.says])
  }
})
