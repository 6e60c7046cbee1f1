// Tells the server to read app.conf again, and ends only when it has: then the change is really live.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const { TENGEN_ADDRESS: host = '127.0.0.1', TENGEN_PORT_HTTP: port, TENGEN_PID: pid } = process.env
const wanted = createHash('sha256').update(readFileSync('app.conf')).digest('hex')

process.kill(Number(pid), 'SIGHUP')
for (;;) {
  const { configDigest } = await (await fetch(`http://${host}:${port}/healthz`)).json()
  if (configDigest === wanted) break
  await wait(50)
}
console.log('the new configuration is in use')
