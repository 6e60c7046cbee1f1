import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

interface File {
  readonly type: string
  readonly plain: Buffer
  readonly br?: Buffer
  readonly gzip?: Buffer
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

function load(file: string): File {
  const plain = readFileSync(file)
  const type = types[path.extname(file)] ?? 'application/octet-stream'
  if (!/text|json|svg|javascript/.test(type) || plain.length < 1_000) return { type, plain }
  return { type, plain, gzip: gzipSync(plain), br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) }
}

/** Build output from memory, compressed at its first use. A name carries the hash of its content, so it may be kept for ever. */
export function makeStaticFiles(folder: string, prefix = '/_next/static/') {
  const names = new Map<string, string>()
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      names.set(prefix + path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/'), file)
    }
  }
  const loaded = new Map<string, File>()
  const find = (url: string): File | undefined => {
    const known = loaded.get(url)
    const name = names.get(url)
    if (known || !name) return known
    const file = load(name)
    loaded.set(url, file)
    return file
  }

  /** Answers when the path names a file of the build; false leaves the request untouched. */
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const file = find(request.url?.split('?')[0] ?? '')
    if (!file) return false
    const accepts = String(request.headers['accept-encoding'] ?? '')
    const encoding = file.br && /\bbr\b/.test(accepts) ? 'br' : file.gzip && /\bgzip\b/.test(accepts) ? 'gzip' : undefined
    const body = (encoding && file[encoding]) ?? file.plain
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': body.length,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(encoding && { 'content-encoding': encoding }),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    return true
  }
}
