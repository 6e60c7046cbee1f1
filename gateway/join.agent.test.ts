import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listJoinTokens } from '@/lib/machines/list-join-tokens'
import { offerJoin } from '@/lib/machines/offer-join'
import { agentBundle } from '@/lib/testing/agent-process'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
let folder: string
let agentFile: string
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tengen-home-join-'))
  agentFile = path.join(folder, 'agent.mjs')
  copyFileSync(await agentBundle(), agentFile)
  for (const name of ['user', 'tools', 'root']) mkdirSync(path.join(folder, name), { mode: 0o755 })
  for (const at of [folder, path.join(folder, 'user')]) if (nobody.uid) chownSync(at, nobody.uid, nobody.gid)
  stack = await Stack.start({ machines: [], agentFile })
  await stack.until('the gateway to listen', async () => (await fetch(`${origin()}/join/agent.sh`)).ok)
}, 60_000)
afterAll(async () => {
  for (const home of [userPrefix(), rootPrefix()]) await run(`sh ${home}/bin/agent.sh --uninstall --prefix ${home}`).catch(() => undefined)
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
})

const origin = () => stack.url.replace('ws://', 'http://').replace('/ws/agent', '')
const userPrefix = () => path.join(folder, 'user/.local/share/tengen-agent')
const crontab = () => path.join(folder, 'crontab')
const rootPrefix = () => path.join(folder, 'root/agent')
const machines = () => stack.database.db.machine.findMany({ orderBy: { joinedAt: 'asc' } })

const offerFor = async (ask: { machineName?: string } = {}) =>
  offerJoin(await stack.person('olga'), { pool: 'production', hub: origin(), maxUses: 1, hours: 1, bringOnline: true, ...ask })
const lineFor = async (ask: { machineName?: string } = {}): Promise<string> => (await offerFor(ask)).line

/** As a person does it: pasted into a shell. Its temporary files stay in sight. */
function run(line: string, { as = {}, PATH = process.env.PATH }: { as?: { uid?: number; gid?: number }; PATH?: string | undefined } = {}) {
  const env = { HOME: path.join(folder, 'user'), TMPDIR: path.join(folder, 'user'), TENGEN_PACE: '4', PATH }
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = spawn('/bin/sh', ['-c', line], { env: env as never, ...as, stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    child.once('exit', (code) => resolve({ code, said }))
  })
}

const pidOf = (prefix: string) => (JSON.parse(readFileSync(path.join(prefix, 'home/state/agent.lock'), 'utf8')) as { pid: number }).pid
/** Nobody may be there to bury it. */
const isGone = (pid: number) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''

test('a script or an agent that somebody changed is refused, and nothing is left of it', async () => {
  const line = await lineFor()
  const otherScript = await run(line.replace(/echo "[0-9a-f]{4}/, 'echo "0000'), { as: nobody })
  expect(otherScript).toMatchObject({ code: 1, said: expect.stringMatching(/FAILED/) })
  writeFileSync(agentFile, readFileSync(agentFile, 'utf8').replace('import', 'Import'))
  const otherAgent = await run(line, { as: nobody })
  copyFileSync(await agentBundle(), agentFile)
  expect(otherAgent).toMatchObject({
    code: 1,
    said: expect.stringMatching(/agent\.mjs is not what the hub promised[^]*Nothing was installed/),
  })
  expect(existsSync(userPrefix())).toBe(false)
  expect(await machines()).toEqual([])
})

test('one line joins an ordinary user’s machine; again, it updates in place; a loop brings the agent back', async () => {
  const line = await lineFor({ machineName: 'by-line' })
  const first = await run(line, { as: nobody })
  expect(first).toMatchObject({ code: 0, said: expect.stringMatching(/joined as machine[^]*a reboot[^]*The agent runs/) })
  const seen = await stack.until('it to be ready', async () =>
    (await machines()).find(({ state, cpuMillis }) => state === 'ready' && cpuMillis > 0),
  )
  expect(seen).toMatchObject({ name: 'by-line', connected: true })
  const pid = pidOf(userPrefix())
  const again = await run(line, { as: nobody })
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining(`joined already, as machine ${seen.id}`) })
  expect(isGone(pid)).toBe(true)
  const newer = await stack.until('it to connect anew', async () => (await machines()).find(({ epoch }) => epoch > seen.epoch))
  process.kill(pidOf(userPrefix()), 'SIGKILL')
  await stack.until('the loop to start it', async () => (await machines()).find(({ epoch }) => epoch > newer.epoch))
  expect(await machines()).toHaveLength(1)
  expect((await listJoinTokens(await stack.person('olga'))).items[0]).toMatchObject({
    state: 'used',
    uses: 1,
    machines: [{ name: 'by-line' }],
  })
})

test('a machine without Node and curl gets the hub’s Node; a used line says so and takes back what it brought', async () => {
  const tools = path.join(folder, 'tools')
  const needed =
    'cat chmod cksum cut dirname find grep head id ln mkdir mktemp mv readlink rm rmdir sed setsid sha256sum sh sleep tail tr uname wc wget'
  for (const name of needed.split(' '))
    symlinkSync(existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : `/bin/${name}`, path.join(tools, name))
  writeFileSync(crontab(), '0 5 * * * mine\n')
  const cron = `case $1 in -l) cat ${crontab()} ;; -) cat >${crontab()}.new && mv ${crontab()}.new ${crontab()} ;; esac`
  writeFileSync(path.join(tools, 'crontab'), `#!/bin/sh\n${cron}\n`, { mode: 0o755 })
  const line = (await lineFor()).replace(/\)$/, ` --prefix ${rootPrefix()})`)
  const joined = await run(line, { PATH: tools })
  expect(joined).toMatchObject({ code: 0, said: expect.stringMatching(/downloading the hub's[^]*joined as machine/) })
  expect(readFileSync(path.join(rootPrefix(), 'bin/node')).equals(readFileSync(process.execPath))).toBe(true)
  await stack.until('it to be connected', async () => (await machines()).filter(({ connected }) => connected).length === 2)
  const used = await run(line.replace(rootPrefix(), `${rootPrefix()}-2`))
  expect(used).toMatchObject({ code: 1, said: expect.stringContaining('used by another machine; ask for a new one') })
  expect(existsSync(`${rootPrefix()}-2`)).toBe(false)
}, 60_000)

test('uninstalling ends agent and loop, leaves units’ data and says where', async () => {
  const pid = pidOf(rootPrefix())
  const data = path.join(rootPrefix(), 'home/apps/acme_shop/web_0/data')
  mkdirSync(data, { recursive: true })
  writeFileSync(path.join(data, 'precious'), 'yes')
  expect(readFileSync(crontab(), 'utf8')).toMatch(/^0 5 \* \* \* mine\n@reboot \S+\/bin\/keep .*\n$/)
  const PATH = `${folder}/tools:${process.env.PATH}`
  const removed = await run(`sh ${rootPrefix()}/bin/agent.sh --uninstall --prefix ${rootPrefix()}`, { PATH })
  expect(removed).toMatchObject({
    code: 0,
    said: expect.stringContaining(`Left are its units' folders with their data: ${rootPrefix()}/home/apps`),
  })
  expect(readFileSync(crontab(), 'utf8')).toBe('0 5 * * * mine\n')
  expect([isGone(pid), existsSync(path.join(data, 'precious')), existsSync(path.join(rootPrefix(), 'bin'))]).toEqual([true, true, false])
  const second = await run(`sh ${userPrefix()}/bin/agent.sh --uninstall`, { as: nobody })
  expect(second).toMatchObject({ code: 0, said: expect.stringContaining('nothing is left') })
  expect(existsSync(userPrefix())).toBe(false)
})

test('one file with everything joins a machine that can download nothing; the script it leaves is only the script', async () => {
  const offer = await offerFor({ machineName: 'by-file' })
  const [one] = offer.executables
  const answer = await fetch(`${origin()}${one?.path}`)
  const whole = Buffer.from(await answer.arrayBuffer())
  expect([whole.length, createHash('sha256').update(whole).digest('hex')]).toEqual([one?.sizeBytes, one?.sha256])
  writeFileSync(path.join(folder, path.basename(one?.path ?? '')), whole)
  rmSync(path.join(folder, 'tools/wget'))
  const prefix = `${rootPrefix()}-carried`
  const joined = await run(`${one?.line} --prefix ${prefix}`, { PATH: path.join(folder, 'tools') })
  expect(joined).toMatchObject({ code: 0, said: expect.stringMatching(/this file brings it[^]*joined as machine[^]*The agent runs/) })
  expect(readFileSync(path.join(prefix, 'bin/node')).equals(readFileSync(process.execPath))).toBe(true)
  await stack.until('it to be connected', async () => (await machines()).find(({ name, connected }) => name === 'by-file' && connected))
  const left = readFileSync(path.join(prefix, 'bin/agent.sh'), 'utf8')
  expect(left).toContain('uninstall_agent')
  expect(left).not.toMatch(/^carried_arch=x64/m)
  expect(await run(`sh ${prefix}/bin/agent.sh --uninstall --prefix ${prefix}`)).toMatchObject({ code: 0 })
}, 60_000)
