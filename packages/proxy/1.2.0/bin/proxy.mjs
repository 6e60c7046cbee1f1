// Host name → service → one of its units. Which units there are stands in TENGEN_RELATIONS, read at start and again on SIGHUP.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { findNginx, startNginx } from './nginx.mjs'
import { startOwn } from './own-server.mjs'
import { program, readTable, wordsOf } from './table.mjs'

const { TENGEN_ADDRESS: address } = process.env
const port = Number(process.env.TENGEN_PORT_HTTP)

const isFree = async (host) => {
  const server = createServer().listen(port, host)
  const isListening = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)])
  if (isListening) await new Promise((resolve) => server.close(resolve))
  return isListening
}

// Several machines of a demo are one host: names below localhost lead to its first address.
const alsoLocal = address.startsWith('127.') && address !== '127.0.0.1' && (await isFree('127.0.0.1'))
const at = { port, places: alsoLocal ? [address, '127.0.0.1'] : [address] }

const first = readTable()
const nginx = program === 'own' ? undefined : findNginx()
const server = (nginx && (await startNginx(nginx, first, at))) ?? (await startOwn(first, at))
console.log(`${nginx ?? 'the own server'} serves at ${at.places.map((place) => `${place}:${port}`).join(' and ')}: ${wordsOf(first)}`)

process.on('SIGHUP', () => {
  const table = readTable()
  server.change(table)
  console.log(`relations read again: ${wordsOf(table)}`)
})
process.on('SIGTERM', () => server.stop())
