import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltPackage, type BuiltService, buildPackage, buildService, change } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
let web: BuiltService

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0'])
  web = await buildService(world, pkg, { secrets: { password: 'of test' }, environment: 'test' })
  await buildService(world, pkg, { name: 'prod', secrets: { password: 'of production' }, by: 'owner' })
  await buildService(world, pkg, {
    name: 'edge',
    application: 'edge',
    secrets: { password: 'of edge' },
    environment: 'test',
    by: 'edgeOnly',
  })
})
afterAll(() => database.dispose())

const idOf = async (service: string) =>
  (await db.secret.findFirstOrThrow({ where: { serviceId: (await db.service.findFirstOrThrow({ where: { name: service } })).id } })).id
const configure = (values: Record<string, unknown>) => change(world, web, { kind: 'configure', values })

test('a secret of another environment or application cannot be named: not by a value, not by its sign, not by a package', async () => {
  const others = [await idOf('prod'), await idOf('edge'), 'sec_none']
  const { id, manifest } = await db.packageVersion.findUniqueOrThrow({ where: { id: pkg.versions['1.0.0'] } })
  for (const secret of others) {
    await expect(configure({ message: `secret:${secret}` })).rejects.toMatchObject({ code: 'invalid' })
    await expect(configure({ message: `a ⟦secret:${secret}@1⟧` })).rejects.toMatchObject({ code: 'invalid' })
    const config = { type: 'object', properties: { message: { type: 'string', default: `secret:${secret}` } } }
    await db.packageVersion.update({ where: { id }, data: { manifest: { ...(manifest as object), config } } })
    await expect(configure({})).rejects.toMatchObject({ code: 'not_found' })
  }
})
