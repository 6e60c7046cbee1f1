import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { OutputLine, OutputPart } from '@/lib/protocol/output'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { type BuiltPackage, type BuiltService, buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { keptBytes, keptChunks } from './append-output'
import { type ReadOutputAsk, ReadOutputSchema, readOutput } from './read-output'
import { findOutputPlaces, recordOutput } from './record-output'
import { streamOutput } from './stream-output'
import { tendOutput } from './tend-output'
import { OutputPageSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
let service: BuiltService
let units: { id: string; machineId: string }[]
let count = 0

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0'])
})
afterAll(() => database.dispose())
beforeEach(async () => {
  count += 1
  service = await buildService(world, pkg, { name: `web-${count}`, environment: 'test' })
  const rows = await db.unit.findMany({ where: { stageId: service.stageId }, include: { allocations: true }, orderBy: { ordinal: 'asc' } })
  units = rows.map((row) => ({ id: row.id, machineId: row.allocations[0]?.machineId ?? '' }))
})

const start = Date.parse('2026-11-21T10:00:00.000Z')
const at = (second: number) => new Date(start + second * 1000).toISOString()
const line = (text: string, second: number, stream: OutputLine['stream'] = 'stdout'): OutputLine => ({ at: at(second), stream, text })

/** Texts of a unit's run from one byte to another. */
function part(
  unit: number,
  from: number,
  texts: readonly OutputLine[],
  change: Partial<OutputPart> & { number?: number; to?: OutputPart['to'] } = {},
): OutputPart {
  const { number = 1, ...more } = change
  const size = texts.reduce((sum, one) => sum + one.text.length + 1, 0)
  return {
    unitId: units[unit]?.id ?? '',
    run: { id: `run-${unit}-${number}`, generation: 1, number, startedAt: at(0) },
    from: { stdout: from, stderr: 0 },
    to: { stdout: from + size, stderr: 0 },
    lines: [...texts],
    ended: false,
    endedAt: null,
    exitCode: null,
    ...more,
  }
}
async function send(unit: number, parts: readonly OutputPart[], machineId = units[unit]?.machineId ?? '') {
  const places = await recordOutput([{ machineId, sentAt: new Date(clock.nowMs()).toISOString(), parts }])
  return places.get(machineId)?.at(-1)
}
const ask = (more: Partial<ReadOutputAsk> = {}) => ({
  ...ReadOutputSchema.parse({}),
  organization: world.slug,
  application: service.application,
  name: service.name,
  ...more,
})
const read = async (more: Partial<ReadOutputAsk> = {}, who: PersonName = 'viewer') =>
  OutputPageSchema.parse(await readOutput(await world.person(who), ask(more)))
const texts = ({ lines }: { lines: { stream: string; text: string }[] }) =>
  lines.map((one) => (one.stream === 'stdout' || one.stream === 'stderr' ? one.text : `<${one.stream} ${one.text}>`))

test('a part is kept only where it goes on; twice, late or from a machine without the unit it changes nothing', async () => {
  const first = part(0, 0, [line('one', 1), line('two', 2)])
  const second = part(0, 8, [line('three', 3)])
  await send(0, [first, first])
  await send(0, [second])
  expect(await send(0, [first, second])).toMatchObject({ isKept: true, at: { offsets: { stdout: 14, stderr: 0 }, ended: false } })
  await send(0, [part(0, 99, [line('from nowhere', 4)])])
  expect(await send(0, [part(0, 14, [line('a lie', 5)])], units[1]?.machineId)).toMatchObject({ isKept: false, at: null })
  await send(0, [
    part(0, 0, [line('of a generation it was never given', 5)], { run: { id: 'x', generation: 2, number: 1, startedAt: at(0) } }),
  ])
  expect(texts(await read({ units: [units[0]?.id ?? ''] }))).toEqual(['<start 1>', 'one', 'two', 'three'])
  expect(await findOutputPlaces(units[0]?.machineId ?? '', [units[0]?.id ?? ''])).toMatchObject([{ at: { offsets: { stdout: 14 } } }])
})

test('an ended process, the next one, and a gap are told; one run can be read alone', async () => {
  await send(0, [part(0, 0, [line('old', 1)], { ended: true, endedAt: at(2), exitCode: 7 })])
  const skipped = { ...line('', 5, 'gap'), skippedBytes: 4096 }
  await send(0, [part(0, 0, [skipped, line('new', 6)], { number: 2, to: { stdout: 4100, stderr: 0 } })])
  await send(0, [part(0, 4, [line('too late', 7)])])
  const unitIds = [units[0]?.id ?? '']
  expect(texts(await read({ units: unitIds }))).toEqual(['<start 1>', 'old', '<end 7>', '<start 2>', '<gap 4096>', 'new'])
  expect(texts(await read({ units: unitIds, run: 'current' }))).toEqual(['<start 2>', '<gap 4096>', 'new'])
  expect(texts(await read({ units: unitIds, run: 'previous' }))).toEqual(['<start 1>', 'old', '<end 7>'])
})

test('several units are read in the order of time, forwards and backwards, every line once', async () => {
  for (const unit of [0, 1]) {
    let from = 0
    for (let second = 1; second <= 40; second++) {
      const next = part(unit, from, [line(`u${unit} s${second}`, second + unit / 2)])
      from = next.to.stdout
      await send(unit, [next])
    }
  }
  const last = await read({ limit: 10 })
  expect(last.total).toBe(82)
  expect(texts(last)).toEqual([36, 37, 38, 39, 40].flatMap((second) => [`u0 s${second}`, `u1 s${second}`]))
  const back: string[] = []
  for (let page = last; page.before; ) {
    page = await read({ limit: 10, before: page.before })
    back.unshift(...texts(page))
  }
  expect([...back, ...texts(last)]).toEqual([
    '<start 1>',
    '<start 1>',
    ...Array.from({ length: 40 }, (_, i) => [`u0 s${i + 1}`, `u1 s${i + 1}`]).flat(),
  ])
  expect((await read({ after: last.after })).lines).toEqual([])
  await send(1, [part(1, 40 * 7 - 9, [line('u1 more', 60)])])
  const more = await read({ after: last.after })
  expect(texts(more)).toEqual(['u1 more'])
  expect((await read({ after: more.after })).lines).toEqual([])
  expect(texts(await read({ q: 'U1 S3', limit: 3 }))).toEqual(['u1 s37', 'u1 s38', 'u1 s39'])
})

test('a unit keeps a bounded tail, packed, however much and however often it begins', async () => {
  const long = 'a line as programs print it, mostly alike '.repeat(20)
  let from = 0
  for (let i = 0; i < 30; i++) {
    const next = part(
      0,
      from,
      Array.from({ length: 80 }, (_, n) => line(`${long}${i * 80 + n}`, i)),
    )
    from = next.to.stdout
    await send(0, [next])
  }
  const { rows } = await database.pool.query<{ plain: number; packed: number }>(
    'select sum("sizeBytes")::int as plain, sum(length(bytes))::int as packed from "OutputChunk" where "unitId" = $1',
    [units[0]?.id],
  )
  expect(rows[0]?.plain).toBeLessThanOrEqual(keptBytes)
  expect(rows[0]?.plain).toBeGreaterThan(keptBytes * 0.8)
  expect(rows[0]?.packed).toBeLessThan(keptBytes / 10)
  expect(await db.outputCursor.findUnique({ where: { unitId: units[0]?.id } })).toMatchObject({ keptBytes: rows[0]?.plain, lines: 2401n })
  expect(texts(await read({ units: [units[0]?.id ?? ''], limit: 1 }))).toEqual([`${long}2399`])
  for (let number = 1; number <= keptChunks + 20; number += 20)
    await send(
      1,
      Array.from({ length: 20 }, (_, i) => part(1, 0, [line(`start ${number + i}`, 1)], { number: number + i, ended: true })),
    )
  expect(await db.outputChunk.count({ where: { unitId: units[1]?.id } })).toBe(keptChunks)
})

test('times of a machine whose clock is off are righted', async () => {
  const hourOff = new Date(clock.nowMs() + 3_600_000).toISOString()
  const late = part(0, 0, [{ at: hourOff, stream: 'stdout', text: 'from the future' }])
  const machineId = units[0]?.machineId ?? ''
  await recordOutput([{ machineId, sentAt: hourOff, parts: [{ ...late, run: { ...late.run, startedAt: hourOff } }] }])
  const page = await read({ units: [units[0]?.id ?? ''] })
  expect(Math.abs(Date.parse(page.lines.at(-1)?.at ?? '') - clock.nowMs())).toBeLessThan(10_000)
})

test('what is kept outlives machine and unit for some days, then goes', async () => {
  await send(0, [part(0, 0, [line('last words', 1)])])
  await db.unit.update({ where: { id: units[0]?.id }, data: { removedAt: clock.now(), state: 'removed' } })
  const gone = (await read()).units.find((unit) => unit.removed)
  expect(gone).toMatchObject({ id: units[0]?.id, removed: true })
  expect(texts(await read({ units: [gone?.id ?? ''] }))).toContain('last words')
  expect(texts(await read())).toEqual([])
  clock.advance(8 * 86_400_000)
  await tendOutput()
  clock.reset()
  expect(await db.outputChunk.count({ where: { unitId: units[0]?.id } })).toBe(0)
})

test('it is read by members of its application only, and leaves as text', async () => {
  await send(0, [part(0, 0, [line('hello', 1), line('oh no', 2, 'stderr')])])
  for (const who of ['viewer', 'developer', 'admin', 'owner'] as const) expect(texts(await read({}, who))).toContain('hello')
  for (const who of ['operator', 'reviewer', 'stranger', 'edgeOnly'] as const)
    await expect(read({}, who)).rejects.toMatchObject({ code: 'not_found' })
  await expect(read({ units: ['another'] })).rejects.toMatchObject({ code: 'not_found' })
  await expect(read({ after: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' })
  const text: string[] = []
  for await (const piece of await streamOutput(await world.person('viewer'), ask())) text.push(piece)
  expect(text.join('')).toBe(
    [
      `${at(0)} [${service.name}/0] --- started ---`,
      `${at(1)} [${service.name}/0] hello`,
      `${at(2)} [${service.name}/0] stderr: oh no`,
      '',
    ].join('\n'),
  )
  await expect(streamOutput(await world.person('operator'), ask())).rejects.toMatchObject({ code: 'not_found' })
})
