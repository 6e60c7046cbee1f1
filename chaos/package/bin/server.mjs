// Says which unit of which release it is, and what it was told to say.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { TENGEN_PORT_HTTP: port, TENGEN_ADDRESS: host, TENGEN_UNIT_ID: unitId, TENGEN_CONFIG: file } = process.env
const { message } = JSON.parse(readFileSync(file, 'utf8'))

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ unitId, message, pid: process.pid }))
})
server.listen(Number(port), host, () => console.log(`witness listens on ${host}:${port}`))

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
