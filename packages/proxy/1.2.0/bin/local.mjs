import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'

const first = '127.0.0.1'
const restMs = 2000

/**
 * Several machines of a demo are one host, and names below localhost lead to its first address: whoever takes it first passes on to
 * its own. While another has it that is no fault; it is taken when it is free.
 */
export function serveLocally({ host, port }) {
  if (!host.startsWith('127.') || host === first) return
  const server = createServer((socket) => {
    const own = connect({ host, port })
    pipeline(socket, own, socket, () => undefined)
  })
  server.on('listening', () => console.log(`serves at ${first}:${port} too`))
  server.on('error', () => setTimeout(() => server.listen(port, first), restMs))
  server.listen(port, first)
}
