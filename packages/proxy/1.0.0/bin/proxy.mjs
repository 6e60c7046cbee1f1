// Host name → service → one of its units. Which units there are stands in TENGEN_RELATIONS, read at start and again on SIGHUP.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, createServer, request as send } from 'node:http'
import { connect } from 'node:net'

const { TENGEN_PORT_HTTP: port, TENGEN_ADDRESS: address, TENGEN_RELATIONS: relationsFile } = process.env
const { domain } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))
const restMs = 2000
const patienceMs = 30_000

const connections = new Agent({ keepAlive: true, maxFreeSockets: 64 })
/** Endpoint → until when it is passed over, because it did not take a connection. */
const resting = new Map()
let table = readTable()
let turn = 0

/** Host name → endpoints of the units that serve it. */
function readTable() {
  const text = readFileSync(relationsFile, 'utf8')
  const hosts = new Map()
  for (const end of JSON.parse(text).all.filter((one) => one.side === 'provider' && one.port)) {
    const host = `${end.service}.${end.application}.${domain}`
    hosts.set(host, [...(hosts.get(host) ?? []), { host: end.address, port: end.port }])
  }
  return { hosts, digest: createHash('sha256').update(text).digest('hex') }
}

const keyOf = ({ host, port: at }) => `${host}:${at}`
const nameOf = (header = '') => header.replace(/:\d+$/, '').toLowerCase()

/** In turn, those that rest last: when nobody else is left they are asked all the same. */
function inTurn(endpoints) {
  turn = (turn + 1) % 1_000_000
  const start = turn % endpoints.length
  const order = [...endpoints.slice(start), ...endpoints.slice(0, start)]
  const rests = (endpoint) => (resting.get(keyOf(endpoint)) ?? 0) > Date.now()
  return [...order.filter((one) => !rests(one)), ...order.filter(rests)]
}

const forwarded = (request) => ({
  ...request.headers,
  'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
  'x-forwarded-host': request.headers.host ?? '',
  'x-forwarded-proto': request.headers['x-forwarded-proto'] ?? 'http',
})

function say(response, status, text) {
  if (response.headersSent) return response.destroy()
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-proxy': 'tengen' }).end(`${text}\n`)
}

/** Sent again to the next unit only while nothing of the body has been taken and nothing may have been done. */
function pass(request, response, endpoints) {
  const [endpoint, ...others] = endpoints
  const mayRepeat = ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '')
  const upstream = send({ ...endpoint, method: request.method, path: request.url, headers: forwarded(request), agent: connections, timeout: patienceMs })
  const failed = (error) => {
    const refused = error.code === 'ECONNREFUSED' || error.code === 'EHOSTUNREACH' || error.code === 'ECONNRESET'
    if (refused) resting.set(keyOf(endpoint), Date.now() + restMs)
    if (others.length > 0 && mayRepeat && !response.headersSent) return pass(request, response, others)
    say(response, 502, `No unit of this service could be reached (${error.code ?? error.message}).`)
  }
  upstream.once('error', failed)
  upstream.once('timeout', () => upstream.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  upstream.once('response', (answer) => {
    upstream.off('error', failed)
    upstream.on('error', () => response.destroy())
    resting.delete(keyOf(endpoint))
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  response.once('close', () => upstream.destroy())
  if (mayRepeat) upstream.end()
  else request.pipe(upstream)
}

function answer(request, response) {
  const name = nameOf(request.headers.host)
  if (request.url === '/-/proxy') return say(response, 200, JSON.stringify({ relationsDigest: table.digest, hosts: [...table.hosts.keys()] }))
  const endpoints = table.hosts.get(name)
  if (!endpoints) return say(response, 404, `No service is reached as ${name} here.`)
  pass(request, response, inTurn(endpoints))
}

/** WebSockets and the like: bytes both ways, after the same choice of a unit. */
function upgrade(request, socket, head) {
  const endpoints = table.hosts.get(nameOf(request.headers.host))
  if (!endpoints) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
  const upstream = connect(inTurn(endpoints)[0], () => {
    const lines = Object.entries(forwarded(request)).map(([name, value]) => `${name}: ${value}`)
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    upstream.pipe(socket).pipe(upstream)
  })
  upstream.once('error', () => socket.destroy())
  socket.once('error', () => upstream.destroy())
}

const servers = []

function listen(at, onError) {
  const server = createServer(answer).on('upgrade', upgrade)
  if (onError) server.once('error', onError)
  server.listen(Number(port), at, () => console.log(`proxy listens on ${at}:${port} for ${[...table.hosts.keys()].join(', ') || 'nobody yet'}`))
  servers.push(server)
}

listen(address)
// Several machines of a demo are one host: names below localhost lead to its first address.
if (address.startsWith('127.') && address !== '127.0.0.1') listen('127.0.0.1', (error) => console.log(`not at 127.0.0.1 as well: ${error.code}`))

process.on('SIGHUP', () => {
  table = readTable()
  console.log(`relations read again: ${[...table.hosts].map(([host, list]) => `${host} (${list.length})`).join(', ') || 'nobody'}`)
})

process.on('SIGTERM', () => {
  let open = servers.length
  for (const server of servers) {
    server.close(() => --open === 0 && process.exit(0))
    server.closeIdleConnections()
  }
  setTimeout(() => process.exit(0), 10_000).unref()
})
