import { createHash } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import tar from 'tar-stream'
import { run } from './run.mjs'

/** Plain Node: images need no registry. Busybox as one layer, in an archive that containerd imports. */

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

export async function layerOf(busybox) {
  const pack = tar.pack()
  for (const name of ['bin', 'etc', 'tmp', 'www']) pack.entry({ name, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 })
  pack.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(busybox))
  const programs = (await run(busybox, ['--list'])).trim().split('\n')
  for (const name of programs.filter((one) => one !== 'busybox')) pack.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' })
  pack.finalize()
  return await buffer(pack)
}

/** What an image of this layer says of itself. */
export const configOf = (digest, command) =>
  JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Env: ['PATH=/bin'], Cmd: command },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    history: [{ created: '1970-01-01T00:00:00Z' }],
  })

/** Writes `file` with an image per name → what it runs; all share the one layer. */
export async function packImages(file, busybox, images) {
  const layer = await layerOf(busybox)
  const digest = sha256(layer)
  const pack = tar.pack()
  const written = pipeline(pack, createWriteStream(file))
  pack.entry({ name: `${digest}/layer.tar` }, layer)
  const manifest = Object.entries(images).map(([name, command]) => {
    const config = configOf(digest, command)
    const id = `${sha256(Buffer.from(config))}.json`
    pack.entry({ name: id }, config)
    return { Config: id, RepoTags: [name], Layers: [`${digest}/layer.tar`] }
  })
  pack.entry({ name: 'manifest.json' }, JSON.stringify(manifest))
  pack.finalize()
  await written
}
