import { buildWall } from '@/gateway/api/build-wall'
import { routes } from '@/gateway/api/routes'
import { Gateway } from '@/gateway/server'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { mayBeShared, scopeNames } from '@/lib/auth/scopes'
import { closeBus } from '@/lib/bus/bus'
import { buildOrganization } from '@/lib/testing/build-organization'
import { buildToken } from '@/lib/testing/build-token'
import { startTestCluster } from '@/lib/testing/test-cluster'
import { testDatabase } from '@/lib/testing/test-database'

export interface Fuzzed {
  readonly origin: string
  readonly superuserUrl: string
  /** Of the organisation that nobody who asks belongs to. */
  readonly otherId: string
  readonly tokens: Readonly<Record<string, string>>
  /** Parts of addresses. */
  readonly names: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** A gateway on a throw-away PostgreSQL, in front of a world that has something of everything. */
export async function startFuzzed(): Promise<Fuzzed> {
  const { cluster, end } = await startTestCluster()
  const database = await testDatabase(cluster)
  const world = await buildOrganization()
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
  const other = await database.db.organization.findUniqueOrThrow({ where: { slug: world.otherSlug } })
  const owner = await buildToken({ userId: world.userIds.owner, scopes: scopeNames.filter(mayBeShared) })
  const operator = await buildToken({ userId: world.userIds.operator, scopes: ['platform'] })
  const of = (name: string) => names[name] ?? ''
  return {
    origin,
    superuserUrl: database.superuserUrl,
    otherId: other.id,
    tokens: { owner: owner.token, operator: operator.token },
    names: { org: world.slug, app: 'shop', service: 'web', unit: of('unit'), placement: of('placement') },
    async stop() {
      await gateway.stop()
      await closeBus()
      await database.dispose()
      end()
    },
  }
}
