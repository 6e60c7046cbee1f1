// Counts visits in the Redis it is related to. Where that is stands in TENGEN_RELATIONS, read at start and again on SIGHUP.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'

const { TENGEN_PORT_HTTP: port, TENGEN_ADDRESS: host, TENGEN_UNIT: unit, TENGEN_RELATIONS: relationsFile } = process.env
const { title } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))

let relations = readRelations()

function readRelations() {
  const text = readFileSync(relationsFile, 'utf8')
  const redis = JSON.parse(text).all.find((end) => end.side === 'provider' && end.relation === 'redis')
  return { redis, digest: createHash('sha256').update(text).digest('hex') }
}

/** One more visit, over a connection of its own: simple, and right after Redis moved. */
function countVisit() {
  return new Promise((resolve, reject) => {
    if (!relations.redis) return reject(new Error('no Redis is known yet'))
    const socket = connect({ host: relations.redis.address, port: relations.redis.port, timeout: 2000 })
    socket.once('connect', () => socket.write('INCR visits\r\n'))
    socket.once('timeout', () => socket.destroy(new Error('Redis does not answer')))
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      const answer = String(data)
      if (answer.startsWith(':')) resolve(Number(answer.slice(1)))
      else reject(new Error(`Redis answers ${answer.trim()}`))
    })
  })
}

const server = createServer(async (request, response) => {
  response.setHeader('x-unit', unit)
  if (request.url === '/healthz') return answer(response, 200, JSON.stringify({ unit, relationsDigest: relations.digest }))
  try {
    answer(response, 200, `${title}: visit ${await countVisit()}, served by ${unit}`)
  } catch (error) {
    answer(response, 503, `The count cannot be reached: ${error.message}`)
  }
})

function answer(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

server.listen(Number(port), host, () => console.log(`counter listens on ${host}:${port}`))

process.on('SIGHUP', () => {
  relations = readRelations()
  console.log(`relations read again: Redis at ${relations.redis ? `${relations.redis.address}:${relations.redis.port}` : 'nowhere'}`)
})

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), 5000).unref()
})
