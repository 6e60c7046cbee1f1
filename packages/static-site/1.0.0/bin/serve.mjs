// Serves the files of one folder. Each request reads the file anew, so a new file needs no reload.
import { readFile, realpath } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, sep } from 'node:path'

const root = await realpath(process.argv[2])
const port = Number(process.env.TENGEN_PORT_HTTP)
const host = process.env.TENGEN_ADDRESS || '127.0.0.1'
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.txt': 'text/plain' }

const server = createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, 'http://site')
    const wanted = decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    const file = await realpath(join(root, wanted))
    if (!file.startsWith(root + sep)) throw new Error('outside the site')
    response.writeHead(200, { 'content-type': `${types[extname(file)] ?? 'application/octet-stream'}; charset=utf-8` })
    response.end(await readFile(file))
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n')
  }
})

server.listen(port, host, () => console.log(`serving ${root} on ${host}:${port}`))
process.on('SIGTERM', () => server.close(() => process.exit(0)) && server.closeIdleConnections())
