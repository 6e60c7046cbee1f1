import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashToken, newToken } from '@/lib/ids'
import { api } from '@/lib/paths'
import { partBytes } from '@/lib/protocol/files'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
let unitId: string
/** The unit's folder on the machine. */
let folder: string
let outside: string
const cookies: Record<string, string> = {}

beforeAll(async () => {
  stack = await Stack.start({ machines: ['m1'] })
  const { recordId, stageId } = await stack.install('greeter', 'greeter', '1.4.0', 1)
  await stack.ended(recordId)
  unitId = (await stack.database.db.unit.findFirstOrThrow({ where: { stageId } })).id
  const home = stack.agents.get('m1')?.home ?? ''
  folder = path.join(home, 'apps/harbor_shop/greeter_0')
  outside = path.join(home, 'state/identity.json')
  for (const name of ['mei', 'jonas', 'olga']) {
    const token = newToken()
    const expires = new Date(Date.now() + 600_000)
    await stack.database.db.session.create({ data: { sessionToken: hashToken(token), userId: (await stack.person(name)).id, expires } })
    cookies[name] = `next-auth.session-token=${token}`
  }
}, 90_000)
afterAll(() => stack.stop())

const origin = () => stack.url.replace('ws://', 'http://').replace('/ws/agent', '')
const files = () => origin() + api.files('harbor', 'shop', 'greeter', unitId)
const ask = (what: string, file: string, init: RequestInit & { as?: string } = {}) =>
  fetch(`${files()}${what}?path=${encodeURIComponent(file)}${init.method === 'PUT' ? '&replace=true' : ''}`, {
    ...init,
    headers: { cookie: cookies[init.as ?? 'jonas'] ?? '', origin: origin(), ...init.headers },
  })
const put = (file: string, body: Buffer, as?: string) =>
  ask('/content', file, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/octet-stream' },
    ...(as ? { as } : {}),
  })
const get = async <T = Record<string, unknown>>(what: string, file: string) => (await (await ask(what, file)).json()) as T
const entries = async (file = '') =>
  (await get<{ entries: { name: string; kind: string; isKept: boolean; mode: string }[] }>('', file)).entries
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('a folder is listed and a file is shown, handed out and put back byte for byte', async () => {
  expect(await entries()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'run', kind: 'folder', isKept: true, mode: 'rwx------' }),
      expect.objectContaining({ name: 'current', kind: 'link', isKept: true }),
    ]),
  )
  mkdirSync(path.join(folder, 'data'), { recursive: true })
  writeFileSync(path.join(folder, 'data/new note.txt'), 'grüße\n')
  expect(await get('/text', 'data/new note.txt')).toMatchObject({ text: 'grüße\n', sizeBytes: 8, isCut: false })
  const large = randomBytes(5 * 1024 * 1024 + 17)
  expect(await (await put('data/large.bin', large)).json()).toEqual({ path: 'data/large.bin', sizeBytes: large.length })
  expect(sha256(readFileSync(path.join(folder, 'data/large.bin')))).toBe(sha256(large))
  const answer = await ask('/content', 'data/large.bin')
  expect(answer.headers.get('content-length')).toBe(String(large.length))
  expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''large.bin")
  expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(sha256(large))
  expect(await get('/text', 'data/large.bin')).toMatchObject({ text: null, isCut: true, sizeBytes: large.length })
  expect((await (await put('data/empty', Buffer.alloc(0))).json()).sizeBytes).toBe(0)
  chmodSync(path.join(folder, 'data/empty'), 0o751)
  await put('data/empty', Buffer.from('#!/bin/sh\n'))
  expect(statSync(path.join(folder, 'data/empty')).mode & 0o777).toBe(0o751)
  expect(readdirSync(path.join(folder, 'data')).filter((name) => name.startsWith('.upload'))).toEqual([])
})

test('nothing leads out of the unit’s folder: not dots, not links, not a folder that becomes one', async () => {
  symlinkSync('/', path.join(folder, 'data/root'))
  symlinkSync(outside, path.join(folder, 'data/identity'))
  const secret = readFileSync(outside, 'utf8')
  const home = stack.agents.get('m1')?.home ?? ''
  const attempts = [
    '../../../state/identity.json',
    'data/../../../../state/identity.json',
    '/etc/passwd',
    'data/root/etc/passwd',
    `data/root${outside}`,
    'data/identity',
    'data\0/../x',
    '.',
    'data/.',
    '',
    'data//identity',
  ]
  for (const attempt of attempts) {
    for (const what of ['/text', '/content']) {
      const answer = await ask(what, attempt)
      expect([attempt, answer.status, [400, 409].includes(answer.status)]).toEqual([attempt, answer.status, true])
    }
    expect([attempt, [400, 409].includes((await put(attempt, Buffer.from('owned'))).status)]).toEqual([attempt, true])
  }
  expect((await ask('', 'data/root')).status).toBe(409)
  // A second name of a file of the agent, where the agent is more than the application.
  linkSync(outside, path.join(folder, 'data/second'))
  if (process.getuid?.() === 0) expect(await get('/text', 'data/second')).toMatchObject({ reason: 'file_denied' })
  expect(await get('', 'data/root')).toMatchObject({ reason: 'file_is_link' })
  expect(readFileSync(outside, 'utf8')).toBe(secret)
  // While it is asked again and again, the folder turns into a link and back.
  mkdirSync(path.join(folder, 'turning'))
  writeFileSync(path.join(folder, 'turning/identity.json'), 'harmless')
  let isOver = false
  const turning = (async () => {
    while (!isOver) {
      renameSync(path.join(folder, 'turning'), path.join(folder, 'aside'))
      symlinkSync(path.join(home, 'state'), path.join(folder, 'turning'))
      await turn()
      unlinkSync(path.join(folder, 'turning'))
      renameSync(path.join(folder, 'aside'), path.join(folder, 'turning'))
      await turn()
    }
  })()
  const texts: string[] = []
  for (let i = 0; i < 40; i += 1) {
    const [read] = await Promise.all([ask('/text', 'turning/identity.json'), put('turning/identity.json', Buffer.from('harmless'))])
    texts.push(await read.text())
  }
  isOver = true
  await turning
  expect(texts.filter((text) => text.includes('PRIVATE KEY'))).toEqual([])
  // How many of them met the folder and not the link is chance; that it can be read is not.
  expect(await (await ask('/text', 'turning/identity.json')).text()).toContain('harmless')
  expect(readFileSync(outside, 'utf8')).toContain('PRIVATE KEY')
}, 60_000)

test('what is no file, too large, there already or the agent’s own is refused with its reason', async () => {
  const { status, ...first } = await put('run/config.json', Buffer.from('{}')).then(async (answer) => ({
    status: answer.status,
    ...(await answer.json()),
  }))
  expect([status, first.reason]).toEqual([409, 'file_reserved'])
  expect((await ask('/text', 'nowhere.txt')).status).toBe(404)
  expect(await get('/text', 'data')).toMatchObject({ reason: 'file_not_a_file' })
  const again = await fetch(`${files()}/content?path=data/empty`, {
    method: 'PUT',
    body: 'x',
    headers: { cookie: cookies.jonas ?? '', origin: origin(), 'content-type': 'application/octet-stream' },
  })
  expect(await again.json()).toMatchObject({ status: 409, reason: 'file_exists' })
  const tooLarge = await ask('/content', 'data/x', {
    method: 'PUT',
    body: 'x',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(65 * 2 ** 20) },
  }).catch(() => ({ status: 413 }))
  expect(tooLarge.status).toBe(413)
})

test('a reader that stops holds no more than a window, encrypted; one that hangs up leaves nothing', async () => {
  const { db } = stack.database
  const content = Buffer.from('db_password=hunter2\n'.repeat(partBytes))
  await put('data/long.bin', content)
  const abort = new AbortController()
  const answer = await ask('/content', 'data/long.bin', { signal: abort.signal })
  const reader = answer.body!.getReader()
  await reader.read()
  // A whole other transfer passes the same connection: whatever was sent before it has come.
  expect((await ask('', 'data')).status).toBe(200)
  const waiting = await db.filePart.findMany()
  expect(waiting.length).toBeLessThan(10)
  for (const { body } of waiting) expect(Buffer.from(body).includes('hunter2') || Buffer.from(body).includes('aHVudGVy')).toBe(false)
  abort.abort()
  await stack.until('the transfer to end', async () => (await db.fileTransfer.count({ where: { endedAt: null } })) === 0)
  await stack.until('its parts to go', async () => (await db.filePart.count()) === 0)
  expect(existsSync(path.join(folder, 'data/long.bin'))).toBe(true)
})

test('who signs out has no file on its way any more', async () => {
  const { db } = stack.database
  const answer = await ask('/content', 'data/long.bin')
  const reader = answer.body!.getReader()
  await reader.read()
  await db.session.deleteMany({ where: { userId: (await stack.person('jonas')).id } })
  const rest = async () => {
    while (!(await reader.read()).done);
  }
  await expect(rest()).rejects.toThrow()
  await stack.until('the transfer to end', async () => (await db.fileTransfer.count({ where: { endedAt: null } })) === 0)
})

test('production is for admins, and who read and wrote what is kept', async () => {
  const { pool } = stack.database
  for (const [as, status] of [
    ['mei', 403],
    ['olga', 404],
  ] as const) {
    expect([as, (await ask('', '', { as })).status]).toEqual([as, status])
    expect([as, (await ask('/content', 'data/empty', { as })).status]).toEqual([as, status])
    expect([as, (await put('data/empty', Buffer.from('x'), as)).status]).toEqual([as, status])
  }
  const { rows } = await pool.query<{ name: string; actor_id: string; data: { path: string } }>(
    `select name, actor_id, data from journal.event where name like 'file.%' order by id`,
  )
  const jonas = (await stack.person('jonas')).id
  expect(rows.every((row) => row.actor_id === jonas)).toBe(true)
  const of = (file: string) => rows.filter((row) => row.data.path === file).map((row) => row.name)
  expect(of('data/large.bin')).toEqual(['file.upload_begun', 'file.uploaded', 'file.read', 'file.read'])
  expect(of('../../../state/identity.json')).toEqual([])
})
