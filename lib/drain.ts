import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** After SIGTERM every answer is the last on its connection: kept-alive ones would hold the web process up for seconds. */
export function drainOnTerm(): void {
  process.once('SIGTERM', () => {
    subscribe('http.server.request.start', (message) => {
      ;(message as { response: ServerResponse }).response.shouldKeepAlive = false
    })
    subscribe('http.server.response.finish', (message) => {
      const { socket } = message as { socket: Socket }
      setImmediate(() => socket.destroySoon())
    })
  })
}
