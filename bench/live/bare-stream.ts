import { createServer, type ServerResponse } from 'node:http'

/** The least a server of events can do: one prepared buffer, written to every stream so many times a second. `bare-stream.ts PORT PER_SECOND BYTES` */
const [port = '0', perSecond = '10', bytes = '100'] = process.argv.slice(2)
const streams = new Set<ServerResponse>()
const head = 'id: bare-1\ndata: {"topic":"'
const tail = '"}\n\n'
const prepared = Buffer.from(head + 'x'.repeat(Math.max(0, Number(bytes) - head.length - tail.length)) + tail)

createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.write(':\n\n')
  streams.add(response)
  response.on('close', () => streams.delete(response))
}).listen({ host: '127.0.0.1', port: Number(port), backlog: 4_096 })
setInterval(() => {
  for (const response of streams) response.write(prepared)
}, 1_000 / Number(perSecond))
