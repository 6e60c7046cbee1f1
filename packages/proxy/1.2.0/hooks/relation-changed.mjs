// Tells the server to read its relations again, and ends only when it has: then the change is really live.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const { TENGEN_ADDRESS: host = '127.0.0.1', TENGEN_PORT_HTTP: port, TENGEN_PID: pid, TENGEN_RELATIONS: file } = process.env
const wanted = createHash('sha256').update(readFileSync(file)).digest('hex')

const known = async () => {
  const response = await fetch(`http://${host}:${port}/-/proxy`).catch(() => undefined)
  return response?.ok ? (await response.json()).relationsDigest : undefined
}

// Right after its start the server may not listen yet; then it has not asked for signals either.
while ((await known()) === undefined) await wait(50)
if ((await known()) !== wanted) process.kill(Number(pid), 'SIGHUP')
while ((await known()) !== wanted) await wait(50)
console.log('the relations are in use')
