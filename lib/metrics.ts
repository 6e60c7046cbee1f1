import http from 'node:http'
import { collectDefaultMetrics, Registry } from 'prom-client'

declare global {
  var tengenMetrics: Registry | undefined
}

/** What this process counts. Register counters and gauges of your own on it. */
export const metrics = (): Registry => {
  if (!globalThis.tengenMetrics) {
    globalThis.tengenMetrics = new Registry()
    collectDefaultMetrics({ register: globalThis.tengenMetrics })
  }
  return globalThis.tengenMetrics
}

/** Prometheus reads them on a port of their own, so that the public one cannot show them. */
export async function serveMetrics(host: string, port: number): Promise<() => Promise<void>> {
  const server = http.createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics()
      .metrics()
      .then((text) => response.writeHead(200, { 'content-type': metrics().contentType }).end(text))
      .catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return () => new Promise((resolve) => server.close(() => resolve()))
}
