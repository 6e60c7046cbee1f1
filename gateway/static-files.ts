import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

type Encoding = 'br' | 'gzip' | 'plain'

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}
const typeOf = (file: string) => types[path.extname(file)] ?? 'application/octet-stream'

async function load(file: string, encoding: Encoding): Promise<Buffer> {
  const plain = await readFile(file)
  if (encoding === 'br') return promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
  return encoding === 'gzip' ? promisify(gzip)(plain) : plain
}

function encodingFor(file: string, request: IncomingMessage): Encoding {
  if (!/text|json|svg|javascript/.test(typeOf(file))) return 'plain'
  const accepts = String(request.headers['accept-encoding'] ?? '')
  return /\bbr\b/.test(accepts) ? 'br' : /\bgzip\b/.test(accepts) ? 'gzip' : 'plain'
}

function namesIn(folder: string, prefix: string): Map<string, string> {
  const names = new Map<string, string>()
  if (!existsSync(folder)) return names
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    names.set(prefix + path.relative(folder, file).split(path.sep).map(encodeURIComponent).join('/'), file)
  }
  return names
}

/** Build output from memory, as it was asked for first: once, as browsers all take the same. A name carries the hash of its content, so it may be kept for ever. */
export function makeStaticFiles(folder: string, prefix = '/_next/static/') {
  const names = namesIn(folder, prefix)
  const kept = new Map<string, Promise<Buffer>>()
  const bodyOf = (file: string, encoding: Encoding): Promise<Buffer> => {
    const key = `${encoding} ${file}`
    const body = kept.get(key) ?? load(file, encoding)
    kept.set(key, body)
    // What could not be read now may be there later.
    body.catch(() => kept.delete(key))
    return body
  }
  const send = async (file: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const encoding = encodingFor(file, request)
    const body = await bodyOf(file, encoding)
    response.writeHead(200, {
      'content-type': typeOf(file),
      'content-length': body.length,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(encoding !== 'plain' && { 'content-encoding': encoding }),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  /** Answers when the path names a file of the build; false leaves the request untouched. */
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const file = names.get(request.url?.split('?')[0] ?? '')
    if (!file) return false
    send(file, request, response).catch(() => response.writeHead(404, { 'cache-control': 'no-store' }).end())
    return true
  }
}
