import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '@/lib/errors'

const problem = (status: number, code: string, title: string): string => JSON.stringify({ type: 'about:blank', status, code, title })

const restarting =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="3">' +
  '<title>One moment</title><p>Tengen is restarting. This page tries again in 3 seconds.</p></html>'

/** 413 at once, then swallow what is still on its way: closing with unread input would reset the connection and eat the answer. */
export function answerTooLarge(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = problem(413, 'too_large', 'This is too large.')
  response.writeHead(413, { connection: 'close', 'content-type': 'application/problem+json', 'content-length': body.length }).write(body)
  request.resume()
  request.once('end', () => response.end())
  setTimeout(() => {
    response.end()
    request.socket.destroySoon()
  }, 2_000).unref()
}

/** 503 in the form the caller asked for; it may try again soon. */
export function answerAway(request: IncomingMessage, response: ServerResponse): void {
  const isPage = String(request.headers.accept).includes('text/html')
  response.writeHead(503, {
    'retry-after': '3',
    'cache-control': 'no-store',
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/problem+json',
    ...(isPage && { 'content-security-policy': `default-src 'none'` }),
  })
  response.end(isPage ? restarting : problem(503, 'unavailable', 'The web process is restarting.'))
}

/** 429: whoever tries too much waits. What else went wrong is not theirs to know. */
export function answerTooMany(response: ServerResponse, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError('unavailable', 'Try again in a moment.', { retryAfter: 3 })
  response.writeHead(known.status, {
    'retry-after': String(known.details.retryAfter ?? 3),
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
  })
  response.end(problem(known.status, known.code, known.message))
}

export function answerUnknownHost(response: ServerResponse): void {
  response.writeHead(421, { 'content-type': 'application/problem+json', connection: 'close' })
  response.end(problem(421, 'unknown_host', 'This server does not answer to that name. PUBLIC_URL and PUBLIC_HOSTS name those it does.'))
}

export function answerForeignPage(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/problem+json', 'cache-control': 'no-store', connection: 'close' })
  response.end(problem(403, 'forbidden', 'A change must come from our own pages (Origin).'))
}
