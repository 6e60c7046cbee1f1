import { readdirSync } from 'node:fs'
import path from 'node:path'
import { connections, db, pool } from '@/lib/db/client'
import { decrypt } from '@/lib/encrypt'
import { pace } from '@/lib/pace'
import type { Answer } from '@/lib/protocol/diagnosis'
import { secretPlace } from '@/lib/services/set-secrets'

type Row = Record<string, unknown>
const rowsOf = async (text: string): Promise<Row[]> => (await pool.query<Row>(text)).rows

export async function askDatabase(): Promise<Answer> {
  const began = performance.now()
  const [facts = {}] = await rowsOf(
    `select version(), current_user as role, pg_is_in_recovery() as standby, pg_size_pretty(pg_database_size(current_database())) as size,
            current_setting('max_connections')::int as "maxConnections", now() - pg_postmaster_start_time() as up`,
  )
  const ms = Math.round(performance.now() - began)
  const sessions = await rowsOf(
    `select coalesce(state, 'none') as state, wait_event_type as waits, count(*)::int, max(now() - state_change) as longest
     from pg_stat_activity where datname = current_database() group by 1, 2 order by 3 desc`,
  )
  const [{ blocked } = { blocked: 0 }] = await rowsOf('select count(*)::int as blocked from pg_locks where not granted')
  const isStuck = Number(blocked) > 20
  const says = `${String(facts.version).split(' on ')[0]}, ${facts.size}, answered in ${ms} ms${isStuck ? `; ${blocked} wait for locks` : ''}`
  return { ok: !isStuck, says, files: { 'database.json': { ...facts, ms, blocked, sessions } } }
}

/** What the schema is made of against what this version brings. */
export async function askMigrations(root: string): Promise<Answer> {
  const found = await rowsOf(
    'select migration_name as name, finished_at as "finishedAt", rolled_back_at as "rolledBackAt" from _prisma_migrations order by 1',
  )
  const wanted = readdirSync(path.join(root, 'prisma/migrations')).filter((name) => /^\d{14}_/.test(name))
  const applied = found.filter((row) => row.finishedAt && !row.rolledBackAt).map((row) => String(row.name))
  const missing = wanted.filter((name) => !applied.includes(name))
  const unknown = applied.filter((name) => !wanted.includes(name))
  const halves = found.filter((row) => !row.finishedAt && !row.rolledBackAt).map((row) => String(row.name))
  const parts = [
    missing.length > 0 ? `not applied: ${missing.join(', ')}` : '',
    unknown.length > 0 ? `of a newer version: ${unknown.join(', ')}` : '',
    halves.length > 0 ? `begun and not finished: ${halves.join(', ')}` : '',
  ].filter(Boolean)
  const ok = parts.length === 0
  return {
    ok,
    says: ok ? `all ${applied.length} applied` : parts.join('; '),
    files: { 'migrations.json': { applied, missing, unknown, halves } },
  }
}

const questions = () => ({
  processes: `select kind, id, "startedAt", "heardAt", now() - "heardAt" as silent from "ProcessHeartbeat" order by "heardAt" desc limit 50`,
  outbox: `select job, count(*)::int, now() - min("createdAt") as oldest from "Outbox" where "sentAt" is null group by job`,
  machines: `select m.name, r.name as pool, m.state, m.connected, m."gatewayId", m."heardAt", now() - m."heardAt" as silent,
               m.connected and m."heardAt" > now() - ${pace('unknownAfter')} * interval '1 millisecond' as "isHeard", m."agentVersion", m.revision,
               m."agentRevision", m."identityConflict", m.maintenance, m."drainSince"
             from "Machine" m join "Runtime" r on r.id = m."runtimeId" where m."removedAt" is null order by m.name limit 1000`,
  units: `select state, transition, held, count(*)::int from "Unit" where "removedAt" is null group by 1, 2, 3 order by 4 desc`,
  deploys: `select number, kind, state, code, message, "createdAt", "startedAt", "endedAt" from "DeployRecord" order by "createdAt" desc limit 50`,
  liveTasks: `select verb, state, owner, attempt, code, message, "heartbeatAt", "deadlineAt" from "Task" where state in ('ready', 'running') limit 200`,
  tables: `select relname as name, n_live_tup::int as rows, pg_size_pretty(pg_total_relation_size(relid)) as size, last_autovacuum as "lastVacuum"
           from pg_stat_user_tables order by pg_total_relation_size(relid) desc limit 60`,
  pools: `select name, environment, driver, "automationOffSince", "lossSince", "lossCount", "lossOf", "lossPercent" from "Runtime" order by name limit 200`,
  hub: `select era, "automationOffSince", "automationOffReason" from "Hub"`,
})

/** Counts and states; values, variables and content of plans are not read. */
export async function askRows(): Promise<Answer> {
  const found: Record<string, Row[]> = {}
  const failed: string[] = []
  for (const [name, text] of Object.entries(questions())) {
    try {
      found[name] = await rowsOf(text)
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`)
    }
  }
  const machines = found.machines ?? []
  const heard = machines.filter((machine) => machine.isHeard)
  const waiting = (found.outbox ?? []).reduce((sum, row) => sum + Number(row.count), 0)
  const says = [`${heard.length} of ${machines.length} agents heard`, `${waiting} messages not sent yet`, ...failed].join('; ')
  const files = Object.fromEntries(Object.entries(found).map(([name, rows]) => [`rows/${name}.json`, rows]))
  return { ok: failed.length === 0 && heard.length === machines.length, says, files }
}

/** Opened only to be masked wherever they stand. */
export async function secretsOfRows(): Promise<{ values: string[]; failed: number }> {
  const versions = await db.secretVersion.findMany({ select: { secretId: true, version: true, ciphertext: true } })
  const hubs = await db.hub.findMany({ select: { id: true, signingKey: true } })
  const sealed = [
    ...versions.map((row) => [row.ciphertext, secretPlace(row.secretId, row.version)] as const),
    ...hubs.map((row) => [row.signingKey, `Hub/${row.id}/signingKey`] as const),
  ]
  const values: string[] = []
  let failed = 0
  for (const [ciphertext, place] of sealed) {
    try {
      values.push(decrypt(ciphertext, place))
    } catch {
      failed += 1
    }
  }
  return { values, failed }
}

export async function closeDatabase(): Promise<void> {
  await db.$disconnect()
  await connections().pool.end()
}
