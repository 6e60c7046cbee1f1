// The small server of this package, for machines without a better one.
import { once } from 'node:events'
import { Agent, createServer, request as send } from 'node:http'
import { connect } from 'node:net'
import { pipeline } from 'node:stream'
import { nobody, stateOf, statePath } from './state.mjs'
import { endpointsFor } from './table.mjs'

const restMs = 2000
const patienceMs = 30_000
const drainMs = 10_000

const connections = new Agent({ keepAlive: true, maxFreeSockets: 64 })
/** Endpoint → until when it is passed over, because it did not take a connection. */
const resting = new Map()
let table
let turn = 0

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
    // What streams may be silent for as long as it likes.
    upstream.setTimeout(0)
    resting.delete(keyOf(endpoint))
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    // A unit that dies in the middle ends the answer for its reader as well.
    pipeline(answer, response, () => undefined)
  })
  response.once('close', () => upstream.destroy())
  if (mayRepeat) upstream.end()
  else request.pipe(upstream)
}

function answer(request, response) {
  const name = nameOf(request.headers.host)
  const endpoints = endpointsFor(table, name, request.url)
  if (!endpoints && request.url === statePath) return say(response, 200, stateOf(table, 'own'))
  if (!endpoints) return say(response, 404, nobody)
  pass(request, response, inTurn(endpoints))
}

/** WebSockets and the like: bytes both ways, after the same choice of a unit. */
function upgrade(request, socket, head) {
  const endpoints = endpointsFor(table, nameOf(request.headers.host), request.url)
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

/** Ends when asked to, after what is under way. */
export async function startOwn(first, { host, port }) {
  table = first
  const server = createServer(answer).on('upgrade', upgrade).listen(port, host)
  await once(server, 'listening')
  return {
    change(next) {
      table = next
    },
    stop() {
      server.close(() => process.exit(0))
      server.closeIdleConnections()
      setTimeout(() => process.exit(0), drainMs).unref()
    },
  }
}
