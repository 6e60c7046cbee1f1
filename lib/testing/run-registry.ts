import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { configOf, layerOf, sha256 } from '@/scripts/cluster/image.mjs'
import type { TestKubernetes } from './kubernetes'

export interface TestRegistry {
  /** As images name it. */
  readonly server: string
  readonly image: string
  stop(): Promise<void>
}

interface Blob {
  readonly type: string
  readonly bytes: Buffer
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
}

/** A registry that a test cluster’s node reaches: the reading half of OCI distribution, one image, and nothing without name and password. */
export async function runRegistry(cluster: TestKubernetes, who: { username: string; password: string }): Promise<TestRegistry> {
  const contents = await busyboxImage()
  const wanted = `Basic ${Buffer.from(`${who.username}:${who.password}`).toString('base64')}`
  const server = createServer((request, response) => answer(request, response, { contents, wanted })).listen(0, '0.0.0.0')
  await once(server, 'listening')
  const at = `10.200.${cluster.number}.1:${(server.address() as AddressInfo).port}`
  const folder = path.join(cluster.folder ?? '', 'registries', at)
  mkdirSync(folder, { recursive: true })
  // Plain HTTP: what is shown is who may pull, not how it is carried.
  writeFileSync(path.join(folder, 'hosts.toml'), `server = "http://${at}"\n[host."http://${at}"]\n  capabilities = ["pull", "resolve"]\n`)
  return {
    server: at,
    image: `${at}/private/busybox:1`,
    async stop() {
      rmSync(folder, { recursive: true, force: true })
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { contents, wanted }: { contents: Map<string, Blob>; wanted: string },
): void {
  if (request.headers.authorization !== wanted) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end()
    return
  }
  const found = contents.get(request.url?.split('/').at(-1) ?? '')
  if (request.url === '/v2/') response.writeHead(200).end()
  else if (!found) response.writeHead(404).end()
  else {
    const headers = { 'content-type': found.type, 'content-length': found.bytes.length, 'docker-content-digest': digestOf(found.bytes) }
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : found.bytes)
  }
}

const digestOf = (bytes: Buffer): string => `sha256:${sha256(bytes)}`

/** By digest, the manifest by its tag as well. */
async function busyboxImage(): Promise<Map<string, Blob>> {
  const layer: Buffer = await layerOf('/bin/busybox')
  const config = Buffer.from(configOf(sha256(layer), ['sleep', '600']))
  const part = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: part(types.config, config),
      layers: [part(types.layer, layer)],
    }),
  )
  const blobs: [string, Blob][] = [
    [digestOf(layer), { type: types.layer, bytes: layer }],
    [digestOf(config), { type: types.config, bytes: config }],
    [digestOf(manifest), { type: types.manifest, bytes: manifest }],
  ]
  return new Map([...blobs, ['1', { type: types.manifest, bytes: manifest }]])
}
