import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { makeSigningKeys } from '@/lib/protocol/identity'
import { signTerminalOrder, type TerminalAct, type TerminalSaid } from '@/lib/protocol/terminal'
import { AgentHub } from '@/lib/testing/agent-hub'
import { AgentProcess, agentBundle, buildContent, buildEntry, nextUnitId, publishScripts } from '@/lib/testing/agent-process'

let hub: AgentHub
let agent: AgentProcess
let unitId: string
let orders = 0

beforeAll(async () => void (await agentBundle()))
beforeEach(async () => {
  hub = await AgentHub.start()
  agent = AgentProcess.inNewHome(8)
  unitId = nextUnitId()
  await agent.join(hub)
  const pack = await publishScripts(hub, { 'bin/run': 'echo here > mine.txt; exec sleep 1000' })
  const process = { command: ['bin/run'], stop: { signal: 'SIGTERM' as const, timeoutMs: 2000 } }
  const env = { PASSWORD: secretPlaceholder('sec_1', 1) }
  const entry = buildEntry(unitId, buildContent({ package: pack, process, env }))
  hub.desire([entry], { 'sec_1@1': 'hunter2-and-more' })
  await hub.done(entry.cause!)
})
afterEach(async () => {
  await agent.destroy([unitId])
  await hub.stop()
})

function order(terminalId: string, act: TerminalAct, change: { machineId?: string; seq?: number; key?: string } = {}): void {
  const { id, nonce, socket } = hub.machine
  orders += 1
  const told = { machineId: change.machineId ?? id, session: nonce, seq: change.seq ?? orders, terminalId, act }
  const signature = signTerminalOrder(change.key ?? hub.keys.privateKey, told)
  hub.send(socket, { type: 'terminal', ...told, signature })
}
const limits = { cols: 101, rows: 33, idleMs: 60_000, limitMs: 60_000 }
const shell = (terminalId: string, more: object = {}) => order(terminalId, { kind: 'open', unitId, argv: null, ...limits, ...more })
const type = (terminalId: string, text: string) => order(terminalId, { kind: 'type', data: Buffer.from(text).toString('base64') })
const said = (terminalId: string): TerminalSaid[] => hub.output.terminals.filter((one) => one.terminalId === terminalId)
const text = (terminalId: string) => Buffer.concat(said(terminalId).map(({ data }) => Buffer.from(data, 'base64'))).toString()
const shows = (terminalId: string, pattern: RegExp) => hub.until(`${pattern} on the screen`, () => pattern.test(text(terminalId)))
const end = (terminalId: string) => hub.until('the end', () => said(terminalId).find((one) => one.end)?.end)

test('a shell runs in the folder of its unit and in a terminal of the size asked for; resized, it is told', async () => {
  shell('t1')
  const showsSize = (size: RegExp) =>
    hub.until(`the size ${size}`, () => {
      type('t1', 'cat mine.txt; stty size\n')
      return size.test(text('t1'))
    })
  await showsSize(/here\r\n33 101/)
  order('t1', { kind: 'resize', cols: 80, rows: 24 })
  await showsSize(/here\r\n24 80/)
  type('t1', 'exit 7\n')
  expect(await end('t1')).toMatchObject({ reason: 'exited', exitCode: 7 })
})

test('what is said to a shell before it has begun waits for it', async () => {
  shell('early')
  order('early', { kind: 'resize', cols: 80, rows: 24 })
  type('early', 'echo in time; exit 7\n')
  expect(await end('early')).toMatchObject({ reason: 'exited', exitCode: 7 })
  expect(text('early')).toContain('in time\r\n')
})

test('one command runs without a shell and says what it wrote and how it ended', async () => {
  order('c1', { kind: 'open', unitId, argv: ['printf', '%s|', '$HOME; echo no', '*'], ...limits })
  expect(await end('c1')).toMatchObject({ reason: 'exited', exitCode: 0 })
  expect(text('c1')).toBe('$HOME; echo no|*|')
  order('c2', { kind: 'open', unitId, argv: ['no-such-program'], ...limits })
  expect(await end('c2')).toMatchObject({ reason: 'failed', message: expect.stringContaining('ENOENT') })
  order('c3', { kind: 'open', unitId: 'another', argv: null, ...limits })
  expect(await end('c3')).toMatchObject({ reason: 'failed' })
})

test('what was shown is said again after a cut link, each number once, and the shell goes on', async () => {
  shell('t2')
  type('t2', 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "n $i"; sleep 0.03; done; echo all of $((59+1))\n')
  await shows('t2', /n 10\r/)
  const sessions = hub.machine.inventories.length
  hub.dropAll()
  await hub.until('another session', () => hub.machine.inventories.length > sessions)
  orders = 0
  await shows('t2', /all of 60\r\n/)
  const seqs = said('t2').map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, i) => i + 1))
  expect([...text('t2').matchAll(/n (\d+)\r/g)].map((match) => Number(match[1]))).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
})

test('an order that is forged, repeated or for another machine is not carried out', async () => {
  shell('t3')
  await shows('t3', /\$ |# /)
  const last = orders
  const typed = (word: string): TerminalAct => ({ kind: 'type', data: Buffer.from(`echo ${word}$((1+1))\n`).toString('base64') })
  order('t3', typed('forged'), { key: makeSigningKeys().privateKey })
  order('t3', typed('other'), { machineId: 'machine-9' })
  order('t3', typed('again'), { seq: last })
  type('t3', 'echo mine$((1+1))\n')
  await shows('t3', /mine2/)
  expect(text('t3')).not.toMatch(/forged2|other2|again2/)
})

test('it ends when nobody types, at its limit, when told, and with its agent; secrets are masked', async () => {
  shell('t4', { idleMs: 400 })
  expect(await end('t4')).toMatchObject({ reason: 'idle' })
  order('t5', { kind: 'open', unitId, argv: ['sleep', '1000'], ...limits, limitMs: 300 })
  expect(await end('t5')).toMatchObject({ reason: 'limit' })
  shell('t6')
  type('t6', 'echo "is $PASSWORD"; sleep 1000\n')
  await shows('t6', /is ••••••/)
  expect(text('t6')).not.toContain('hunter')
  order('t6', { kind: 'close' })
  expect(await end('t6')).toMatchObject({ reason: 'closed' })
  shell('t7')
  type('t7', 'sleep 4321\n')
  await shows('t7', /4321/)
  await agent.kill()
  const sessions = hub.machine.inventories.length
  await agent.start()
  await hub.until('the next agent', () => hub.machine.inventories.length > sessions)
  orders = 0
  order('t7', { kind: 'look' })
  expect(await end('t7')).toMatchObject({ reason: 'gone' })
})
