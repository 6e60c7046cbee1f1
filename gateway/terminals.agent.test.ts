import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { PersonActor } from '@/lib/auth/actor'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { closeTerminal } from '@/lib/terminals/close-terminal'
import { openTerminal } from '@/lib/terminals/open-terminal'
import { listTerminals, readRecording } from '@/lib/terminals/read-terminals'
import { renewTicket } from '@/lib/terminals/terminal-tickets'
import { type TerminalHear, TerminalHearSchema } from '@/lib/terminals/views'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
let unitId: string
let jonas: PersonActor
let cookie: string
const organization = 'harbor'
const service = { organization, application: 'shop', name: 'greeter' }

beforeAll(async () => {
  stack = await Stack.start({ machines: ['m1'] })
  const { recordId, stageId } = await stack.install('greeter', 'greeter', '1.4.0', 1)
  await stack.ended(recordId)
  unitId = (await stack.database.db.unit.findFirstOrThrow({ where: { stageId } })).id
  jonas = await stack.person('jonas')
  cookie = await signIn(jonas.id)
}, 90_000)
afterAll(() => stack.stop())

async function signIn(userId: string): Promise<string> {
  const token = newToken()
  const expires = new Date(Date.now() + 600_000)
  await stack.database.db.session.create({ data: { sessionToken: hashToken(token), userId, expires } })
  return `next-auth.session-token=${token}`
}

interface Beginning {
  readonly after?: number
  readonly at?: string
  readonly origin?: string
  readonly as?: string
  /** Said again and again until anything is heard. */
  readonly first?: object
}

/** A browser's end: what it heard, and how it was hung up on. */
class Screen {
  readonly heard: TerminalHear[] = []
  code: number | undefined
  private readonly socket: WebSocket

  constructor(
    ticket: string,
    { after = 0, at = stack.url, origin = at.replace('ws://', 'http://').replace('/ws/agent', ''), as = cookie, first }: Beginning = {},
  ) {
    this.socket = new WebSocket(at.replace('/ws/agent', '/ws/terminal'), { origin, headers: { cookie: as } })
    this.socket.on('error', () => undefined)
    this.socket.on('open', () => {
      this.say({ type: 'hello', ticket, after })
      const saying = first && setInterval(() => (this.heard.length > 0 ? clearInterval(saying) : this.say(first)), 1)
    })
    this.socket.on('message', (data) => this.heard.push(TerminalHearSchema.parse(JSON.parse(String(data)))))
    this.socket.on('close', (code) => {
      this.code = code
    })
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }
  type(data: string): void {
    this.say({ type: 'type', data })
  }
  cut(): void {
    this.socket.terminate()
  }
  get seqs(): number[] {
    return this.heard.flatMap((one) => (one.type === 'frame' ? [one.seq] : []))
  }
  get text(): string {
    return Buffer.concat(this.heard.flatMap((one) => (one.type === 'frame' ? [Buffer.from(one.data, 'base64')] : []))).toString()
  }
  shows = (pattern: RegExp) => stack.until(`${pattern} on ${JSON.stringify(this.text)}`, async () => pattern.test(this.text), 15_000)
  ended = () => stack.until('the end', async () => this.heard.find((one) => one.type === 'ended'), 15_000)
  hungUp = () => stack.until('the end of the connection', async () => this.code, 15_000)
}

const open = async (who = jonas, more: { argv?: string[] } = {}) => openTerminal(who, { ...service, unitId, cols: 100, rows: 30, ...more })

test('a terminal goes on over a lost connection, also at another gateway than its machine’s: nothing is missing; it is recorded and replayable', async () => {
  const other = await stack.addGateway()
  const { terminalId, ticket } = await open()
  const first = new Screen(ticket ?? '')
  await first.shows(/[$#] $/)
  first.type('echo one$((1+1)); for i in 1 2 3 4 5 6 7 8; do echo tick $i; sleep 0.1; done\n')
  await first.shows(/one2\r\n/)
  first.cut()
  const { ticket: again } = await renewTicket(jonas, { organization, id: terminalId })
  const last = first.seqs.at(-1) ?? 0
  const second = new Screen(again, { after: last, at: other })
  await second.shows(/tick 8\r\n/)
  expect([...first.seqs, ...second.seqs]).toEqual([...first.seqs, ...second.seqs].map((_, i) => i + 1))
  second.type('exit 5\n')
  expect(await second.ended()).toMatchObject({ reason: 'exited', exitCode: 5 })
  const { frames, terminal } = await readRecording(jonas, { organization, id: terminalId, after: 0 })
  expect(Buffer.concat(frames.map(({ data }) => Buffer.from(data, 'base64'))).toString()).toBe(first.text + second.text)
  expect(terminal).toMatchObject({ unitName: 'greeter/0', exitCode: 5, endReason: 'exited' })
  await expect(renewTicket(jonas, { organization, id: terminalId })).rejects.toMatchObject({ code: 'conflict' })
})

test('a screen that tells its size before its terminal has begun has a terminal of that size', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const { ticket } = await open()
    const screen = new Screen(ticket ?? '', { first: { type: 'resize', cols: 80, rows: 24 } })
    await screen.shows(/[$#] $/)
    screen.type('stty size; exit 3\n')
    expect(await screen.ended()).toMatchObject({ reason: 'exited', exitCode: 3 })
    expect(screen.text).toContain('24 80\r\n')
  }
})

test('a ticket is good once, soon, for its person’s session, and from our own pages', async () => {
  const { ticket } = await open()
  const stranger = await signIn((await stack.person('mei')).id)
  expect(await new Screen(ticket ?? '', { origin: 'http://evil.example' }).hungUp()).toBe(1006)
  const used = await open()
  const screen = new Screen(used.ticket ?? '')
  await screen.shows(/[$#] $/)
  expect(await new Screen(used.ticket ?? '').hungUp()).toBe(1008)
  expect(await new Screen(ticket ?? '', { as: stranger }).hungUp()).toBe(1008)
  expect(await new Screen('guessed').hungUp()).toBe(1008)
  screen.say({ type: 'close' })
  expect(await screen.ended()).toMatchObject({ reason: 'closed' })
  await stack.database.db.terminal.updateMany({ where: { endedAt: null }, data: { endedAt: new Date() } })
})

test('what its machine does not end the hub does: one that nobody began, one that nobody answers, one past its time', async () => {
  const { db } = stack.database
  const ids: string[] = []
  for (let n = 0; n < 4; n++) ids.push((await open()).terminalId)
  const ago = (ms: number) => new Date(Date.now() - ms - 1000)
  const age = (id: string | undefined, data: { createdAt: Date; openedAt?: Date }) => db.terminal.update({ where: { id: id ?? '' }, data })
  const [, unused, unreachable, limit] = ids
  await age(unused, { createdAt: ago(2 * pace('terminalTicket')) })
  await age(unreachable, { createdAt: ago(pace('terminalIdle')), openedAt: ago(pace('terminalIdle')) })
  await age(limit, { createdAt: ago(pace('terminalLimit') + pace('unknownAfter')), openedAt: ago(0) })
  const reasons = async () => {
    const rows = await db.terminal.findMany({ where: { id: { in: ids } } })
    return ids.map((id) => rows.find((row) => row.id === id)?.endReason)
  }
  await stack.until('the hub to end them', async () => (await reasons()).filter(Boolean).length === 3)
  expect(await reasons()).toEqual([null, 'unused', 'unreachable', 'limit'])
  await db.terminal.updateMany({ where: { endedAt: null }, data: { endedAt: new Date() } })
})

test('in production it takes an admin; what others did is for admins to see; a developer’s test is a developer’s', async () => {
  const mei = await stack.person('mei')
  await expect(open(mei)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(open(await stack.person('sam'))).rejects.toMatchObject({ code: 'forbidden' })
  await expect(open(await stack.person('nils'))).rejects.toMatchObject({ code: 'not_found' })
  const { items } = await listTerminals(jonas, { ...service, environment: 'production' })
  expect(items.length).toBeGreaterThan(0)
  expect((await listTerminals(mei, { ...service, environment: 'production' })).items).toEqual([])
  const id = items[0]?.id ?? ''
  await expect(readRecording(mei, { organization, id, after: 0 })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(closeTerminal(mei, { organization, id })).rejects.toMatchObject({ code: 'forbidden' })
})

test('whoever loses the role or the session loses the terminal at once, and its shell is ended', async () => {
  const { ticket, terminalId } = await open()
  const mine = await signIn(jonas.id)
  const screen = new Screen(ticket ?? '', { as: mine })
  await screen.shows(/[$#] $/)
  screen.type('sleep 7654\n')
  await screen.shows(/7654/)
  await stack.database.db.session.deleteMany({ where: { sessionToken: hashToken(mine.split('=')[1] ?? '') } })
  expect(await screen.ended()).toMatchObject({ reason: 'revoked' })
  expect(await stack.database.db.terminal.findUnique({ where: { id: terminalId } })).toMatchObject({ endReason: 'revoked' })
})

test('one that nobody looks at any more ends with the session that took it up last', async () => {
  const { db } = stack.database
  const { ticket, terminalId } = await open()
  const mine = await signIn(jonas.id)
  const screen = new Screen(ticket ?? '', { as: mine })
  await screen.shows(/[$#] $/)
  screen.cut()
  await screen.hungUp()
  expect(await db.terminal.findUnique({ where: { id: terminalId } })).toMatchObject({ endedAt: null })
  await db.session.deleteMany({ where: { sessionToken: hashToken(mine.split('=')[1] ?? '') } })
  await stack.until('its end', async () => (await db.terminal.findUnique({ where: { id: terminalId } }))?.endReason === 'revoked')
})

test('one command runs without anybody before it, and its output and exit code are there', async () => {
  const { terminalId, ticket } = await open(jonas, { argv: ['sh', '-c', 'pwd; echo to stderr >&2; exit 3'] })
  expect(ticket).toBeNull()
  const address = { organization, id: terminalId, after: 0 }
  const { frames } = await stack.until('its end', async () => {
    const recording = await readRecording(jonas, address)
    return recording.terminal.endedAt ? recording : undefined
  })
  const text = Buffer.concat(frames.map(({ data }) => Buffer.from(data, 'base64'))).toString()
  expect(text).toMatch(/harbor_shop\/greeter_0\n/)
  expect(text).toContain('to stderr')
  expect(await stack.database.db.terminal.findUnique({ where: { id: terminalId } })).toMatchObject({ exitCode: 3, endReason: 'exited' })
})
