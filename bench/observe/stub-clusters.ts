import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { createInterface } from 'node:readline'

/**
 * The API servers of several clusters: pods that are listed and watched, and enough of everything else for an observer.
 * `stub-clusters.ts FOLDER`; FOLDER/pods.json has a list of pods for each cluster. Says its ports in one line. Each line on its input is
 * `[cluster, pod, status]`, a change, or `[cluster, "dead"]`: from then on it takes connections, and says nothing any more; or `[cluster, "alive"]`.
 */
const [folder = ''] = process.argv.slice(2)
const tls = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) }

interface Pod {
  readonly metadata: { readonly name: string; resourceVersion?: string }
  status?: unknown
}
const crowds = JSON.parse(readFileSync(`${folder}/pods.json`, 'utf8')) as Pod[][]

class StubCluster {
  isDead = false
  private version = 1
  private readonly pods: Map<string, Pod>
  private readonly watchers = new Set<ServerResponse>()
  private readonly namespaces = new Map<string, string>()

  constructor(pods: readonly Pod[]) {
    this.pods = new Map(pods.map((pod) => [pod.metadata.name, pod]))
  }

  change(name: string, status: unknown): void {
    const pod = this.pods.get(name)
    if (!pod) throw new Error(`No pod ${name}.`)
    pod.status = status
    pod.metadata.resourceVersion = String(++this.version)
    const line = `${JSON.stringify({ type: 'MODIFIED', object: pod })}\n`
    for (const watcher of this.watchers) watcher.write(line)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    if (this.isDead) return
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://stub')
    if (searchParams.has('watch')) return this.watch(pathname, response)
    const [status, text] = this.textOf(request.method ?? 'GET', pathname, body, Number(searchParams.get('continue') ?? 0))
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
  }

  private watch(path: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    if (path !== '/api/v1/pods') return
    this.watchers.add(response)
    response.on('close', () => this.watchers.delete(response))
  }

  private textOf(method: string, path: string, body: string, from: number): [number, string] {
    if (method === 'POST') return [201, '{"status":{"allowed":true}}']
    if (method === 'PATCH') {
      if (path.startsWith('/api/v1/namespaces/') && path.split('/').length === 5) this.namespaces.set(path, body)
      return [200, body]
    }
    if (path === '/readyz') return [200, '"ok"']
    if (path === '/version') return [200, '{"gitVersion":"v1.34.0"}']
    if (path === '/api/v1/pods')
      return [
        200,
        this.page(
          [...this.pods.values()].map((pod) => JSON.stringify(pod)),
          from,
        ),
      ]
    if (path === '/api/v1/namespaces') return [200, this.page([...this.namespaces.values()], 0)]
    if (path.startsWith('/api/v1/namespaces/')) return this.namespaces.has(path) ? [200, this.namespaces.get(path) ?? ''] : [404, '{}']
    if (path.startsWith('/apis/metrics.k8s.io')) return [404, '{}']
    return [200, this.page([], 0)]
  }

  private page(items: readonly string[], from: number): string {
    const next = from + 500 < items.length ? String(from + 500) : ''
    return `{"metadata":{"resourceVersion":"${this.version}","continue":"${next}"},"items":[${items.slice(from, from + 500).join(',')}]}`
  }
}

const clusters = crowds.map((pods) => new StubCluster(pods))
const ports = await Promise.all(
  clusters.map(async (cluster) => {
    const server = createServer(tls, (request, response) => void cluster.answer(request, response))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return (server.address() as { port: number }).port
  }),
)
console.log(JSON.stringify(ports))

createInterface({ input: process.stdin }).on('line', (line) => {
  const [at, word, status] = JSON.parse(line) as [number, string, unknown]
  const cluster = clusters[at]
  if (!cluster) throw new Error(`No cluster ${at}.`)
  if (word === 'dead' || word === 'alive') cluster.isDead = word === 'dead'
  else if (!cluster.isDead) cluster.change(word, status)
})
