// Host name → service → one of its units. Which units there are stands in TENGEN_RELATIONS, read at start and again on SIGHUP.
import { serveLocally } from './local.mjs'
import { findNginx, startNginx } from './nginx.mjs'
import { startOwn } from './own-server.mjs'
import { program, readTable, wordsOf } from './table.mjs'

const at = { host: process.env.TENGEN_ADDRESS, port: Number(process.env.TENGEN_PORT_HTTP) }

const first = readTable()
const nginx = program === 'own' ? undefined : findNginx()
const server = (nginx && (await startNginx(nginx, first, at))) ?? (await startOwn(first, at))
console.log(`${nginx ?? 'the own server'} serves at ${at.host}:${at.port}: ${wordsOf(first)}`)

process.on('SIGHUP', () => {
  const table = readTable()
  server.change(table)
  console.log(`relations read again: ${wordsOf(table)}`)
})
process.on('SIGTERM', () => server.stop())
serveLocally(at)
