import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, pool } from '@/lib/db/client'
import { packEntries } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { readBlobChunk } from './blobs'
import { draftProgram } from './draft-program'
import { inspectUpload } from './inspect-upload'
import { publishProgram } from './publish-program'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
})
afterAll(() => database.dispose())

const zipOf = (files: Record<string, string>) =>
  packEntries(Object.entries(files).map(([path, text]) => ({ kind: 'file' as const, path, executable: false, bytes: Buffer.from(text) })))
const inspect = async (archive: Buffer, by: 'developer' | 'viewer' = 'developer') =>
  inspectUpload(await world.person(by), { organization: world.slug, name: 'shop-1.2.3.zip', archive })
const publish = async (manifest: string, archive: Buffer | null) =>
  publishProgram(await world.person('developer'), { organization: world.slug, name: archive && 'shop.zip', archive, manifest })

test('a folder is looked at, asked about, and becomes a private active version with an event', async () => {
  const archive = await zipOf({ 'shop/server.js': '1', 'shop/.env': 'SECRET=1', 'shop/.env.example': 'MOOD=fine' })
  const seen = await inspect(archive)
  if (seen.kind !== 'program') throw new Error(seen.kind)
  expect(seen).toMatchObject({
    files: 2,
    found: { notes: [{ code: 'dotenv' }] },
    suggested: { name: 'shop', command: ['node', 'server.js'], variables: [{ name: 'MOOD' }] },
  })
  const developer = await world.person('developer')
  const { manifest } = await draftProgram(developer, { organization: world.slug, program: seen.suggested })
  expect(await db.package.count()).toBe(0)
  expect(await publish(manifest, archive)).toEqual({ name: 'shop', version: '1.0.0' })
  expect(await publish(manifest, archive)).toEqual({ name: 'shop', version: '1.0.0' })
  const versions = await db.packageVersion.findMany({ include: { package: true } })
  expect(versions).toMatchObject([{ state: 'active', origin: 'own program shop.zip', package: { organizationId: world.id } }])
  const events = await pool.query("select data->>'name' as name from journal.event where name = 'package.published'")
  expect(events.rows).toEqual([{ name: 'shop' }])
  await expect(publish(manifest.replace('MOOD', 'OTHER'), archive)).rejects.toMatchObject({ code: 'invalid_package' })
  await expect(publish(manifest.replace('Shop', 'Another shop'), archive)).rejects.toMatchObject({ code: 'conflict' })
})

test('a command line alone is a package too; what its manifest gets wrong is told by line', async () => {
  const program = {
    name: 'edge',
    version: '1.0.0',
    title: 'Edge',
    command: ['/usr/sbin/nginx', '-g', 'daemon off;'],
    folder: 'unit' as const,
  }
  const { manifest } = await draftProgram(await world.person('developer'), {
    organization: world.slug,
    program: { ...program, ports: [], addressVariable: null, check: { kind: 'ports' }, variables: [] },
  })
  expect(await publish(manifest, null)).toEqual({ name: 'edge', version: '1.0.0' })
  for (const wrong of ['components: [', 'a: &x [1]\nb: [*x, *x]\n', `${manifest}env: {}\n`]) {
    await expect(publish(wrong, null)).rejects.toMatchObject({
      code: 'invalid_package',
      details: { issues: expect.arrayContaining([expect.objectContaining({ file: 'tengen.yaml', line: expect.any(Number) })]) },
    })
  }
})

test('a yiqiu package is previewed with what becomes of it, and published with all its files as they were', async () => {
  const archive = await zipOf({
    'appspec.yml': 'version: 0.0\nhooks:\n  ApplicationStart: [{location: hooks/start, runas: root}]\n',
    'hooks/start': 'x',
    '.env': 'A=1',
  })
  const seen = await inspect(archive)
  if (seen.kind !== 'appspec' || seen.manifest === null) throw new Error(seen.kind)
  expect(seen.rows).toContainEqual({ from: 'hooks.ApplicationStart[0].runas root', to: '', outcome: 'left_out', why: 'runas' })
  expect(await publish(seen.manifest.replace('name: shop', 'name: old-shop'), archive)).toEqual({ name: 'old-shop', version: '1.0.0' })
  const { digest } = await db.packageVersion.findFirstOrThrow({ where: { package: { name: 'old-shop' } } })
  const files = await readArchive((await readBlobChunk(db, digest, 0)) ?? Buffer.alloc(0))
  expect(files.map(({ path }) => path)).toEqual(['.env', 'appspec.yml', 'hooks/start', 'tengen.yaml', 'tengen/yiqiu.mjs'])
})

test('a package is told from a program, and nobody is told anything who may not publish', async () => {
  const told = await inspect(await zipOf({ 'tengen.yaml': 'x' }))
  const finding = {
    file: 'tengen.yaml',
    line: 1,
    rule: 'manifest_invalid_type',
    message: 'Invalid input: expected object, received string',
  }
  expect(told).toEqual({ kind: 'package', notRunYet: [], findings: [finding], made: [] })
  await expect(inspect(Buffer.from('no archive'), 'viewer')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(inspect(Buffer.from('no archive'))).rejects.toMatchObject({ code: 'invalid_package' })
})
