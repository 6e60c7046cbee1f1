import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { askFor } from './confirm'
import { CliError, exitCodes } from './outcome'

const patienceMs = 10 * 60_000
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['explorer'],
  linux: ['xdg-open'],
}

/** Where no browser can be opened the address stands there to be opened by hand. */
function openBrowser(address: string): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}

/**
 * A person makes the token in the browser, which hands it to this program on the loopback, with the word that only this program and
 * that page know. What is pasted counts as well: the browser may be on another machine.
 */
export async function browserLogin(url: string): Promise<string> {
  const state = randomBytes(16).toString('hex')
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const address = `${url}/me/tokens?cli=${port}-${state}&on=${encodeURIComponent(os.hostname().slice(0, 60))}`
  process.stderr.write(`Opening ${address}\nMake the token there; or paste one here.\n`)
  openBrowser(address)
  const late = new AbortController()
  try {
    return await Promise.race([handedOver(), askFor('Token: ', late.signal), overAfter(patienceMs, late.signal)])
  } finally {
    late.abort()
    server.close()
    server.closeAllConnections()
  }

  function handedOver(): Promise<string> {
    return new Promise((resolve) => {
      server.on('request', (request, response) => {
        const asked = new URL(request.url ?? '/', 'http://127.0.0.1')
        const token = asked.searchParams.get('token') ?? ''
        if (asked.searchParams.get('state') !== state || !token) return answer(response, 400)
        // On to a page without the token in its address.
        response.writeHead(302, { location: `${url}/me/tokens?cli=done`, 'cache-control': 'no-store' }).end()
        response.once('close', () => resolve(token))
      })
    })
  }
}

const answer = (response: ServerResponse, status: number): void => void response.writeHead(status).end()

function overAfter(ms: number, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new CliError('Nobody made a token in time.', 'tengen login', exitCodes.signIn)), ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
}
