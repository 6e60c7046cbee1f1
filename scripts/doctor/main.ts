import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { setEnv } from '@/lib/env'
import { type Answer, Diagnosis } from '@/lib/protocol/diagnosis'
import { homeAt } from '@/scripts/up/home'
import { readState } from '@/scripts/up/lock'
import { askDatabase, askMigrations, askRows, closeDatabase, secretsOfRows } from './database'
import { askHealth, askMetrics } from './health'
import { askErrors, askLogs } from './logs'
import { askQueue, askRedis } from './queue'
import { askMachine, askProcesses, askSettings } from './settings'

/**
 * `tengen doctor`, the part that knows the hub: orders as JSON on stdin, the answer as JSON on the last line of stdout. It reads and
 * changes nothing, and whatever does not answer is a finding.
 */
const OrdersSchema = z.object({ root: z.string(), folder: z.string().nullable(), out: z.string() })

const orders = OrdersSchema.parse(JSON.parse(readFileSync(0, 'utf8')))
const home = homeAt(orders.root, orders.folder ?? path.resolve(orders.root, process.env.TENGEN_HOME ?? '.tengen'))
const state = readState(home)
const { version } = JSON.parse(readFileSync(path.join(orders.root, 'package.json'), 'utf8')) as { version: string }
const diagnosis = new Diagnosis('hub', version)

/** As processes of the hub have it: what `npm run up` wrote down, else the environment itself. */
const databaseUrl = process.env.DATABASE_URL ?? state?.databaseUrl
const nowhere = 'postgres://127.0.0.1:1/none'
const redisUrl = process.env.REDIS_URL ?? state?.redisUrl
setEnv({ TENGEN_HOME: home.folder, DATABASE_URL: databaseUrl ?? nowhere, REDIS_URL: redisUrl, DATABASE_POOL: '3', LOG_LEVEL: 'silent' })

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')

/** Everything secret that lies on this machine. */
function hideLocal(): void {
  const key = process.env.TENGEN_MASTER_KEY ?? textOf(home.key)
  const passwords = Object.values(JSON.parse(textOf(home.passwords) || '{}') as Record<string, string>)
  const urls = [databaseUrl, process.env.DATABASE_OWNER_URL, state?.databaseOwnerUrl, redisUrl].flatMap((url) => passwordOf(url) ?? [])
  const nextAuth = createHmac('sha256', textOf(home.key)).update('next-auth').digest('base64url')
  diagnosis.hide([key, ...passwords, ...urls, nextAuth])
  for (const [name, value] of Object.entries(process.env))
    if (/secret|passw|token|key|cookie|auth/i.test(name)) diagnosis.hide([value ?? ''])
}

function passwordOf(url: string | undefined): string[] | undefined {
  if (!url || !URL.canParse(url)) return undefined
  const { password } = new URL(url)
  return password ? [password, decodeURIComponent(password)] : undefined
}

/** Secrets of services and the hub's own key; logs and rows may quote them. */
async function hideRows(): Promise<Answer> {
  const { values, failed } = await secretsOfRows()
  diagnosis.hide(values)
  if (failed > 0)
    return { ok: false, says: `${failed} cannot be opened with this master key; what looks like a secret is masked all the same` }
  return { says: `${values.length} known values are masked` }
}

/** Dialling a guess would only say that nobody is there. */
function whenKnown(): Promise<Answer> {
  if (!databaseUrl) throw new Error(`its address is not known: DATABASE_URL is not set, and nothing was started from ${home.folder}`)
  return askDatabase()
}

hideLocal()
const ask = diagnosis.ask.bind(diagnosis)
await ask('machine', () => askMachine(home))
await ask('settings', askSettings)
await ask('processes', () => askProcesses(home, state))
await ask('database', whenKnown)
await ask('secrets', hideRows)
await ask('migrations', () => askMigrations(orders.root))
await ask('rows', askRows)
await ask('redis', askRedis)
await ask('queue', askQueue)
await ask('health', () => askHealth(state?.address))
await ask('metrics', () => askMetrics(home))
await ask('errors', () => askErrors(home))
await ask('logs', () => askLogs(home))
await closeDatabase().catch(() => undefined)
await diagnosis.write(orders.out)
const ok = diagnosis.findings.every((finding) => finding.ok)
const answer = JSON.stringify({ ok, file: orders.out, lines: diagnosis.lines() })
process.stdout.write(`\n${answer}\n`, () => process.exit(0))
