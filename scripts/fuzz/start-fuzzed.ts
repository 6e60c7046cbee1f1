import type pg from 'pg'
import { buildWall } from '@/gateway/api/build-wall'
import type { Names } from '@/gateway/api/knocks'
import { routes } from '@/gateway/api/routes'
import { Gateway } from '@/gateway/server'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { mayBeShared, scopeNames } from '@/lib/auth/scopes'
import { closeBus } from '@/lib/bus/bus'
import { db } from '@/lib/db/client'
import { hashToken, newToken } from '@/lib/ids'
import { createWebhook } from '@/lib/notices/keep-webhook'
import { buildMembers } from '@/lib/testing/build-members'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildRoute } from '@/lib/testing/build-route'
import { buildExternal, buildGranted, buildGroup, buildPackage, buildService } from '@/lib/testing/build-service'
import { buildRevoked, buildToken } from '@/lib/testing/build-token'
import { startTestCluster } from '@/lib/testing/test-cluster'
import { testDatabase } from '@/lib/testing/test-database'
import { createVariable } from '@/lib/variables/create-variable'

/** Somebody who asks, and what they may never read. */
export interface Asker {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly hidden: readonly string[]
  /** Addresses below which nothing is theirs. */
  readonly closed?: string
}

export interface Fuzzed {
  readonly origin: string
  readonly superuserUrl: string
  /** Of the organisation that the first asker has no part in. */
  readonly otherId: string
  readonly askers: readonly Asker[]
  readonly names: Names
  stop(): Promise<void>
}

/** An organisation that has about what the other one has, so that there is something to tell of. */
async function buildNeighbour(): Promise<BuiltOrganization> {
  const world = await buildOrganization()
  const web = await buildService(world, await buildPackage(['1.0.0'], { organizationId: world.id }))
  const admin = await world.person('admin')
  const place = { organization: world.slug, application: 'shop', environment: 'production' as const }
  await createVariable(admin, { ...place, name: 'NEIGHBOUR', value: 'x' })
  await createWebhook(admin, { organization: world.slug, name: 'neighbour', url: 'http://hook.test', kinds: [] })
  await buildMembers(world)
  await buildRevoked(world)
  await buildExternal(world, web)
  await buildGroup(world, web)
  await buildGranted(world)
  await buildRoute(world, 'neighbour.example.org')
  return world
}

/** What tells of an organisation: its address and the id of everything that is its own. Its people may stand in another one's audit. */
async function wordsOf(pool: pg.Pool, { id, slug }: BuiltOrganization): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name in ('organizationId', 'id')
     group by 1 having count(*) = 2`,
  )
  const words = [id, slug]
  for (const { name } of tables) {
    const { rows } = await pool.query<{ id: string }>(`select id::text from "${name}" where "organizationId" = $1`, [id])
    words.push(...rows.map((row) => row.id).filter((one) => one.length > 10))
  }
  return words
}

async function cookieOf(userId: string): Promise<string> {
  const token = newToken()
  await db.session.create({ data: { sessionToken: hashToken(token), userId, expires: new Date(Date.now() + 3_600_000) } })
  return `next-auth.session-token=${token}`
}

const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` })

/** A gateway on a throw-away PostgreSQL, in front of two organisations that have something of everything. */
export async function startFuzzed(): Promise<Fuzzed> {
  const { cluster, end } = await startTestCluster()
  const database = await testDatabase(cluster)
  const [world, neighbour] = [await buildOrganization(), await buildNeighbour()]
  const names = await buildWall(database.db, world)
  const gateway = await Gateway.make({
    pool: database.pool,
    databaseUrl: database.url,
    web: { host: '127.0.0.1', port: 1 },
    names: { trusted: [], publicHosts: [] },
    routes,
    authorizeTopic,
    staticFolder: '/nonexistent',
    isDevelopment: false,
  })
  const origin = `http://127.0.0.1:${await gateway.listen('127.0.0.1', 0)}`
  const operator = await buildToken({ userId: world.userIds.operator, scopes: ['platform'] })
  const stranger = await buildToken({ userId: neighbour.userIds.owner, scopes: scopeNames.filter(mayBeShared) })
  const ofOwner = { cookie: await cookieOf(world.userIds.owner), origin }
  return {
    origin,
    superuserUrl: database.superuserUrl,
    otherId: neighbour.id,
    askers: [
      { name: 'an owner, signed in', headers: ofOwner, hidden: await wordsOf(database.pool, neighbour) },
      { name: 'an operator, by a token', headers: bearer(operator), hidden: [] },
      {
        name: 'the owner of another organisation, by a token',
        headers: bearer(stranger),
        hidden: await wordsOf(database.pool, world),
        closed: '/api/v1/organizations/{org}',
      },
    ],
    names,
    async stop() {
      await gateway.stop()
      await closeBus()
      await database.dispose()
      end()
    },
  }
}
