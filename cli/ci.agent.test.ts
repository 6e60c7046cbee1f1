import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PolicyRulesSchema } from '@/lib/policies/schema'
import { setPolicy } from '@/lib/policies/set-policy'
import { setStanding } from '@/lib/policies/set-standing'
import { buildToken } from '@/lib/testing/build-token'
import { signedIn } from '@/lib/testing/signed-in'
import { Stack } from '@/lib/testing/stack'
import { commandLine } from '@/scripts/build.mjs'

/** A CI job and a person at their terminal: nothing but the command line, against gateway, worker and agents. */
let stack: Stack
let folder: string
let url: string

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tengen-ci-'))
  await installProgram()
  stack = await Stack.start({ machines: ['m1'] })
  url = stack.url.replace('ws:', 'http:').replace('/ws/agent', '')
  await stack.addAgent('t1', { pool: 'test' })
  await stack.until('the machine of test', () =>
    stack.database.db.machine.findFirst({ where: { name: 't1', state: 'ready', cpuMillis: { gt: 0 } } }),
  )
}, 90_000)
afterAll(async () => {
  await stack.stop()
  rmSync(folder, { recursive: true })
})

/** `tengen` as one file on the PATH. */
async function installProgram(): Promise<void> {
  const { entryPoints, ...options } = commandLine()
  const outfile = path.join(folder, 'tengen.mjs')
  await build({ ...options, entryPoints: [entryPoints.cli], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  mkdirSync(path.join(folder, 'bin'))
  writeFileSync(path.join(folder, 'bin/tengen'), `#!/bin/sh\nexec "${process.execPath}" "${outfile}" "$@"\n`)
  chmodSync(path.join(folder, 'bin/tengen'), 0o755)
}

/** A server that says its version. */
function writePackage(version: string): string {
  const home = path.join(folder, `app-${version}`)
  mkdirSync(home)
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name: 'ci-app', version, scripts: { start: 'node server.js' } }))
  writeFileSync(
    path.join(home, 'server.js'),
    `require('http').createServer((_, answer) => answer.end('${version}')).listen(process.env.PORT, process.env.HOST)\nconsole.log('serves ${version}')\n`,
  )
  return home
}

interface Said {
  code: number
  out: string
}

function start(program: string, args: readonly string[], token: string) {
  const env = {
    PATH: `${folder}/bin:${process.env.PATH}`,
    HOME: folder,
    TENGEN_URL: url,
    TENGEN_TOKEN: token,
    TENGEN_ORG: 'harbor',
    TENGEN_APP: 'shop',
  }
  return spawn(program, args, { env: { ...env, NODE_ENV: 'test' }, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
}

function run(program: string, args: readonly string[], token: string): Promise<Said> {
  const child = start(program, args, token)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? -1, out })))
}

const tokenOf = async (email: string, ask: Partial<Parameters<typeof buildToken>[0]> = {}) => {
  const { id } = await stack.person(email)
  return (await buildToken({ userId: id, scopes: ['read', 'deploy', 'publish', 'approve', 'relations'], ...ask })).token
}

/** Jonas looks at what waits, and signs it from his own terminal. */
async function approveNext(token: string): Promise<void> {
  const waiting = await stack.until('something to approve', () =>
    stack.database.db.deployRecord.findFirst({ where: { state: 'awaiting_approval' } }),
  )
  const said = await run('tengen', ['approve', String(waiting.number), '--yes'], token)
  if (said.code !== 0) throw new Error(said.out)
}

const answerIn = async (environment: 'test' | 'production') => {
  const stage = await stack.database.db.stage.findFirstOrThrow({ where: { environment, service: { name: 'ci' } } })
  return stack.answers(stage.id)
}

test('a script publishes, deploys, waits, promotes and rolls back with a token for one service', async () => {
  const [mei, jonas] = [await tokenOf('mei'), await tokenOf('jonas')]
  const first = writePackage('1.0.0')
  const steps = [
    ['package', 'init', first],
    ['package', 'publish', first],
    ['deploy', 'ci', '--package', 'ci-app', '--runtime', 'test', '--env', 'test', '--yes', '--wait'],
  ]
  for (const words of steps) expect(await run('tengen', words, mei)).toMatchObject({ code: 0 })
  // Production gets its place once, from a file; then the same file has nothing more to do.
  const file = path.join(folder, 'app.yaml')
  expect(await run('tengen', ['export', '-f', file], mei)).toMatchObject({ code: 0 })
  writeFileSync(
    file,
    readFileSync(file, 'utf8').trimEnd() +
      '\n    production:\n      version: 1.0.0\n      placements: [{ runtime: production, count: 1 }]\n',
  )
  const [applied] = await Promise.all([run('tengen', ['apply', '-f', file, '--yes', '--wait'], mei), approveNext(jonas)])
  expect(applied).toMatchObject({ code: 0 })
  expect(await run('tengen', ['apply', '-f', file, '--yes'], mei)).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to do') })

  const { db } = stack.database
  const service = await db.service.findFirstOrThrow({ where: { name: 'ci' } })
  const ci = await tokenOf('mei', {
    scopes: ['deploy', 'publish'],
    isShared: true,
    organizationId: service.organizationId,
    serviceIds: [service.id],
  })
  const second = writePackage('1.1.0')
  await run('tengen', ['package', 'init', second], ci)
  const script = path.join(import.meta.dirname, '../docs/examples/ci.sh')
  const [said] = await Promise.all([run('sh', [script, 'ci', second, '1.1.0'], ci), approveNext(jonas)])
  expect(said).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Published ci-app 1\.1\.0[\s\S]*succeeded[\s\S]*awaiting approval[\s\S]*succeeded/),
  })
  expect([await answerIn('test'), await answerIn('production')]).toEqual([['1.1.0'], ['1.1.0']])

  const [back] = await Promise.all([
    run('tengen', ['rollback', 'ci', '--env', 'production', '--yes', '--wait', '-o', 'json'], ci),
    approveNext(jonas),
  ])
  expect(back).toMatchObject({ code: 0, out: expect.stringContaining('"state": "succeeded"') })
  expect(await answerIn('production')).toEqual(['1.0.0'])
  // What it is not for, it may not, and says why.
  expect(await run('tengen', ['approve', '1', '--yes'], ci)).toMatchObject({ code: 1 })
  expect(await run('tengen', ['services'], 'tgn_forged')).toMatchObject({ code: 3, out: expect.stringContaining('tengen login') })
}, 110_000)

test('output is followed, a command runs on its units, and what waits is rejected or cancelled with its reason', async () => {
  const [mei, jonas] = [await tokenOf('mei'), await tokenOf('jonas', { scopes: ['approve', 'operate'] })]
  const following = start('tengen', ['logs', 'ci', '-f', '--env', 'test'], mei)
  let followed = ''
  following.stdout.on('data', (text) => (followed += text))
  const command = ['--env', 'test', '--yes', '--', 'sh', '-c', 'echo "here is $TENGEN_UNIT"; exit 3']
  const ran = await run('tengen', ['run', 'ci', ...command], jonas)
  expect(ran).toMatchObject({ code: 5, out: expect.stringMatching(/ci\/0: failed, exit code 3\n {2}here is ci\/0/) })
  await stack.until('the output to be followed', async () => /ci\/0 serves 1\.1\.0/.test(followed))
  following.kill('SIGINT')
  const ask = async () => {
    const { out } = await run('tengen', ['deploy', 'ci', '--env', 'production', '--count', '2', '--yes', '-o', 'json'], mei)
    return /"number": (\d+)/.exec(out)?.[1] ?? ''
  }
  const first = await ask()
  expect(await run('tengen', ['reject', first, '--yes'], jonas)).toMatchObject({ code: 2, out: expect.stringContaining('--reason') })
  expect(await run('tengen', ['reject', first, '--reason', 'not on a Friday', '--yes'], jonas)).toMatchObject({ code: 0 })
  expect(await run('tengen', ['wait', first], mei)).toMatchObject({ code: 6, out: expect.stringContaining('rejected') })
  // What is wrong is said before anything is asked for.
  const late = ['deploy', 'ci', '--env', 'production', '--count', '2', '--yes', '--timeout', 'soon']
  expect(await run('tengen', late, mei)).toMatchObject({ code: 2 })
  const second = await ask()
  expect(Number(second)).toBe(Number(first) + 1)
  expect(await run('tengen', ['cancel', second, '--reason', 'another time', '--yes'], mei)).toMatchObject({ code: 0 })
  expect(await run('tengen', ['wait', second], mei)).toMatchObject({ code: 6, out: expect.stringContaining('cancelled') })
}, 60_000)

const hasTerminal = spawnSync('script', ['--version']).status === 0

test.skipIf(!hasTerminal)(
  'who logs in at a terminal makes the token in the browser, and the command ends by itself',
  async () => {
    const token = await tokenOf('mei')
    const config = path.join(folder, 'own.json')
    const env = { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, TENGEN_CONFIG: config, NODE_ENV: 'test' as const }
    const login = spawn('script', ['-qec', `tengen login ${url}`, '/dev/null'], { env })
    const ended = new Promise((resolve) => login.once('close', resolve))
    let said = ''
    login.stdout.on('data', (text) => (said += text))
    const found = await stack.until('the address to open', async () => /tokens\?cli=(\d+)-(\w+)&/.exec(said))
    const [, port, state] = found
    const handOver = (word: string) => fetch(`http://127.0.0.1:${port}/?state=${word}&token=${token}`, { redirect: 'manual' })
    expect((await handOver('0'.repeat(32))).status).toBe(400)
    expect((await handOver(state ?? '')).headers.get('location')).toBe(`${url}/me/tokens?cli=done`)
    expect(await ended).toBe(0)
    expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({ url, token })
  },
  20_000,
)

/** What the link that `apply` printed would fill in, as the page reads it. */
const proposed = (out: string) =>
  [...out.matchAll(/propose=(\S+)/g)].map(([, text = '']) => JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))

test('a file asks for rules and policies: what a program may is done, what a person must is a link, and then there is nothing to do', async () => {
  const mei = await tokenOf('mei')
  const file = path.join(folder, 'rules.yaml')
  const policies = `policies:
  test:
    approvals: 1
    roles: [owner, admin]
    windows: [{ days: [tue, mon], from: "00:00", to: "24:00", zone: Asia/Shanghai }]
`
  expect(await run('tengen', ['export', '-f', file], mei)).toMatchObject({ code: 0 })
  const exported = readFileSync(file, 'utf8')
  const asked = exported
    .replace('services:', `${policies}services:`)
    .replace('package: ci-app', 'package: ci-app\n    automation: { kinds: [repair], maxUnits: 2 }')
    .replace('runtime: test', 'runtime: test\n          rules: { spread: zone, labels: { disk: ssd } }')
  writeFileSync(file, asked)
  const apply = () => run('tengen', ['apply', '-f', file, '--yes'], mei)
  const { code, out } = await apply()
  expect([code, out]).toEqual([4, expect.stringContaining('Done: 1 of 1.')])
  const [ofTest, ofService] = proposed(out)
  expect([ofTest.environment, ofTest.rules.windows[0].days, ofService]).toEqual([
    'test',
    ['mon', 'tue'],
    { application: 'shop', service: 'ci', rules: { kinds: ['repair'], maxUnits: 2 } },
  ])
  // Rules are no deploy, and are there now; the policies are as they were until somebody sets them.
  expect(await apply()).toMatchObject({ code: 4, out: expect.not.stringContaining('Done') })
  const admin = await signedIn((await stack.person('jonas')).id)
  await setPolicy(admin, { organization: 'harbor', environment: 'test', rules: PolicyRulesSchema.parse(ofTest.rules), version: 0 })
  await setStanding(admin, { organization: 'harbor', ...ofService, version: 0 })
  expect(await apply()).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to do') })
  // And an export says all of it again.
  const again = (await run('tengen', ['export'], mei)).out
  expect(again).toContain('zone: Asia/Shanghai')
  expect(again).toMatch(/automation:\s+kinds:\s+- repair/)
  expect(again).toMatch(/rules:\s+spread: zone/)
  writeFileSync(file, asked.replace('spread: zone', 'spread: everywhere'))
  expect(await apply()).toMatchObject({ code: 2, out: expect.stringContaining('services.ci.test.placements.0.rules.spread') })
}, 60_000)
