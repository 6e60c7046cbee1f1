import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Seen } from './seen'

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
])
/** What only we may say to Next: who asks, under which name, and the nonce. */
const ours = /^(x-forwarded-|forwarded$|x-real-ip$|x-middleware-|x-nonce$|content-security-policy|x-internal|x-request-id$)/

export function headersForWeb(request: IncomingMessage, seen: Seen, requestId: string, policy: string | undefined): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  const dropped = new Set(
    String(request.headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  )
  for (const name in request.headers) {
    if (!hopByHop.has(name) && !ours.test(name) && !dropped.has(name)) headers[name] = request.headers[name]
  }
  headers.host = seen.host
  headers['x-forwarded-host'] = seen.host
  headers['x-forwarded-proto'] = seen.proto
  headers['x-forwarded-for'] = seen.ip
  headers['x-request-id'] = requestId
  // Where the signed-out come back to.
  headers['x-internal-path'] = request.url
  // Next reads the nonce of its scripts from this request header.
  if (policy) headers['content-security-policy'] = policy
  return headers
}

export function copyHeaders(from: IncomingMessage, to: ServerResponse, policy: string | undefined): void {
  for (const name in from.headers) {
    const value = from.headers[name]
    if (!hopByHop.has(name) && value !== undefined) to.setHeader(name, value)
  }
  if (policy && String(from.headers['content-type']).startsWith('text/html')) to.setHeader('content-security-policy', policy)
}

const text = /^(text\/(html|x-component|css|plain)|application\/(json|javascript)|image\/svg)/

/** Whether the answer is worth compressing and nobody forbade it. */
export function mayCompress(request: IncomingMessage, answer: IncomingMessage): boolean {
  if (answer.headers['content-encoding'] || !text.test(String(answer.headers['content-type']))) return false
  if (request.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304) return false
  return /\bgzip\b/.test(String(request.headers['accept-encoding'])) && !/no-transform/.test(String(answer.headers['cache-control']))
}
