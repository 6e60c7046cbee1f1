// Greeter: answers every request with one configured message.
// Broken on purpose: 1.6 renamed a setting (`greeting`) and forgot its template, so its check never passes.
// It reads app.conf at start and again on SIGHUP, and finishes what it began on SIGTERM.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const configFile = process.argv[process.argv.indexOf('--config') + 1]
const port = Number(process.env.TENGEN_PORT_HTTP)
const host = process.env.TENGEN_ADDRESS || '127.0.0.1'
const unit = process.env.TENGEN_UNIT
const version = process.env.TENGEN_VERSION

// Secrets are in TENGEN_CONFIG, a file only this user can read; they are never in the environment.
const { adminToken } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))

let config = readConfig()
let answered = 0

function readConfig() {
  const text = readFileSync(configFile, 'utf8')
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'))
  const values = Object.fromEntries(lines.map((line) => line.split(/ = (.*)/).slice(0, 2)))
  return { ...values, digest: createHash('sha256').update(text).digest('hex') }
}

const server = createServer((request, response) => {
  response.setHeader('x-unit', unit)
  response.setHeader('x-version', version)
  if (config.greeting === undefined) return answer(response, 503, 'no greeting is configured')
  if (request.url === '/healthz') return answer(response, 200, JSON.stringify({ unit, version, configDigest: config.digest }))
  if (request.url === '/metrics') return answer(response, 200, `greeter_requests_total ${answered}`)
  if (request.url === '/admin' && adminToken) {
    const isAdmin = request.headers.authorization === `Bearer ${adminToken}`
    return answer(response, isAdmin ? 200 : 401, isAdmin ? 'welcome, admin' : 'a token is needed')
  }
  answered += 1
  answer(response, 200, config.greeting)
})

function answer(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

server.listen(port, host, () => console.log(`greeter ${version} listens on ${host}:${port}`))

process.on('SIGHUP', () => {
  config = readConfig()
  console.log('configuration read again')
})

process.on('SIGTERM', () => {
  console.log('stopping: no new connections, waiting for requests under way')
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), Number(config.drainSeconds) * 1000).unref()
})
