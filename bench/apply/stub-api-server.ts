import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

/**
 * The API servers of so many clusters, which answer after so many milliseconds and keep what they are sent: enough of one for
 * discovery, a list and server-side apply. `stub-api-server.ts FOLDER COUNT LATENCY`; says its ports in one line.
 */
const [folder = '', count = '1', latency = '15'] = process.argv.slice(2)
const tls = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) }

const discovery = JSON.stringify({ resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] })

/** What is sent is what is answered, byte by byte: its work must not be what is measured. Lists are asked for as metadata alone. */
function cluster() {
  const items = new Map<string, string>()
  const answer = (method: string, path: string, body: string): string => {
    if (path === '/api/v1') return discovery
    if (method === 'GET') return `{"metadata":{"resourceVersion":"1"},"items":[${[...items.values()].join(',')}]}`
    items.set(path, JSON.stringify({ metadata: JSON.parse(body).metadata }))
    return body
  }
  return createServer(tls, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.once('end', () =>
      setTimeout(() => {
        const text = answer(request.method ?? 'GET', (request.url ?? '').split('?')[0] ?? '', body)
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
      }, Number(latency)),
    )
  })
}

const servers = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const server = cluster()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return (server.address() as { port: number }).port
  }),
)
console.log(JSON.stringify(servers))
