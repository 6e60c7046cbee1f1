import { expect, test } from 'vitest'
import { packageOfProgram } from '@/lib/package-format/program-entries'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'
import { writeManifest } from '@/lib/package-format/write-manifest'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { OwnProgram } from '@/lib/protocol/own-program'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { type AgentProcess, buildEntry, nextTask } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'
import { renderedPackage } from '@/lib/testing/rendered-package'

let hub: AgentHub
let agent: AgentProcess
let unitId: string
let port: number

eachWithAgent(4, (one) => void ({ hub, agent, unitId, port } = one))

const file = (path: string, text: string): ArchiveEntry => ({ kind: 'file', path, executable: false, bytes: Buffer.from(text) })
const http = (path: string, status: number | null = null) => ({ kind: 'http' as const, port: 'http', path, status })

/** From what a person answers to what a machine does, with nothing between but the code that ships. */
async function run(answers: Partial<OwnProgram>, files: ArchiveEntry[], values = {}, secrets = {}) {
  const ports = [{ name: 'http', default: 8080, variable: 'PORT', option: null }]
  const program = OwnProgram.parse({
    ...{ name: 'mine', version: '1.0.0', title: 'Mine', folder: 'package', ports, addressVariable: 'HOST' },
    ...answers,
  })
  const entries = packageOfProgram(files, writeManifest(program))
  const entry = buildEntry(unitId, await renderedPackage(hub, entries, { values, ports: { http: port } }), { check: nextTask() })
  hub.desire([entry], secrets)
  return { installed: await hub.done(entry.cause!), checked: () => hub.done(entry.check!), entry }
}

const good = { ok: true }
const ask = async (path = '/') => (await fetch(`http://127.0.0.1:${port}${path}`)).text()

test('a Node program that lives in its folder gets port, variables and secret, is main, and is checked by HTTP', async () => {
  const server = `
    const { createServer } = require('node:http'), { readFileSync } = require('node:fs')
    if (require.main !== module) throw new Error('not main')
    createServer((request, response) => {
      if (request.url === '/health') return response.writeHead(204).end()
      response.end([readFileSync('words.txt', 'utf8'), process.argv[2], process.env.MOOD, process.env.TOKEN, process.env.NONE].join('|'))
    }).listen(Number(process.env.PORT), process.env.HOST)`
  const variables = [
    { name: 'MOOD', default: '{{ address }} $HOME', isSecret: false, isRequired: false },
    { name: 'TOKEN', default: null, isSecret: true, isRequired: true },
    { name: 'NONE', default: null, isSecret: false, isRequired: false },
  ]
  const { installed, checked } = await run(
    { command: ['node', './server.js', 'a b; c'], variables, check: http('/health', 204) },
    [file('server.js', server), file('words.txt', 'from its folder')],
    { TOKEN: secretPlaceholder('sec_a', 1) },
    { 'sec_a@1': 'hidden-word' },
  )
  expect([installed, await checked()]).toEqual([good, good])
  expect(await ask()).toBe('from its folder|a b; c|{{ address }} $HOME|hidden-word|')
})

test('a Python program runs in its folder with what lies beside it', async () => {
  const main = `
import http.server, os, words
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(words.text.encode())
    def log_message(self, *words): pass
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
`
  const { installed, checked } = await run({ command: ['/usr/bin/python3', 'main.py'], check: http('/') }, [
    file('main.py', main),
    file('words.py', 'text = "from python"'),
  ])
  expect([installed, await checked()]).toEqual([good, good])
  expect(await ask()).toBe('from python')
})

test('a command line of the machine gets its port as an option', async () => {
  const ports = [{ name: 'http', default: 8080, variable: null, option: '--bind=127.0.0.1' }]
  const answers = { command: ['/usr/bin/python3', '-m', 'http.server'], folder: 'unit' as const, addressVariable: null, check: http('/') }
  expect(() => OwnProgram.parse({ ...answers, ports })).toThrow()
  const { installed, checked } = await run({ ...answers, ports: [{ ...ports[0]!, option: '--' }] }, [])
  expect([installed, await checked()]).toEqual([good, good])
  expect(await ask()).toContain('Directory listing')
})

test('a program the machine does not have fails the install and says what to install', async () => {
  const { installed, entry } = await run({ command: ['/usr/bin/no-such/redis-server'], folder: 'unit' }, [])
  expect(installed).toMatchObject({ ok: false, code: 'hook_failed' })
  expect(hub.log(entry.cause!)).toContain('/usr/bin/no-such/redis-server cannot be run on this machine: it is not there.')
  expect(hub.log(entry.cause!)).toContain('apt-get install redis-server')
})

test('an answer that is not the one asked for is told as it was', async () => {
  const server = `require('node:http').createServer((_, r) => r.writeHead(503).end()).listen(Number(process.env.PORT), process.env.HOST)`
  const { entry } = await run({ command: ['node', 'server.js'], check: http('/ready') }, [file('server.js', server)])
  await hub.until('the complaint', () => hub.log(entry.check!).includes(`GET /ready on port http (${port}) answered 503, not 200 to 399`))
  expect(hub.units(unitId).at(-1)?.state).toBe('ready')
})
