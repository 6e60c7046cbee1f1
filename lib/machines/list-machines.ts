import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { anywhere, Where } from '@/lib/db/where'
import { groupBy } from '@/lib/group-by'
import { iso, isoOrNull } from '@/lib/iso-time'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { countMachines, countUnits, sumOf } from './count-machines'
import { countExpiring, placeChoices, soonAt } from './inventory-choices'
import { lossOf } from './loss-of'
import { machineRows } from './machine-rows'
import { type MachineList, machineStates, type PoolGroup } from './views'

/** What the list can be asked for about the end of machines. */
export const expiryFilters = ['over', 'soon'] as const

export const ListMachinesSchema = PageAskSchema.extend({
  q: z.string().trim().max(100).optional(),
  state: z.array(z.enum([...machineStates, 'unknown'])).optional(),
  pool: z.array(z.string().max(100)).optional(),
  zone: z.array(z.string().max(100)).optional(),
  /** `name=value`; each of them. */
  label: z.array(z.string().max(200)).optional(),
  expiry: z.array(z.enum(expiryFilters)).optional(),
})
type Parsed = z.output<typeof ListMachinesSchema>

const KeySchema = z.tuple([z.string(), z.string()])
type Key = z.infer<typeof KeySchema>

/** All machines by pool and name, for operators. */
export async function listMachines(actor: Actor, input: z.input<typeof ListMachinesSchema>): Promise<MachineList> {
  authorize(actor, 'machine.see', {}, 'The list of machines')
  const ask = parseAsk(ListMachinesSchema, input)
  const turn = turnOf(ask, KeySchema)
  const order = orderOf(turn, false)
  const where = conditions(ask)
  if (turn.key) where.and(`(p.name, m.name) ${order.operator} (?::text, ?::text)`, ...turn.key)
  const { rows: found } = await pool.query<{ id: string; pool: string; name: string }>(
    `select m.id, p.name as pool, m.name from "Machine" m join "Runtime" p on p.id = m."runtimeId"
     where ${where.text} order by p.name ${order.direction}, m.name ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(found, turn, (row): Key => [row.pool, row.name])
  const machines = await db.machine.findMany({ where: { id: { in: page.rows.map((row) => row.id) } }, include: { runtime: true } })
  const byId = new Map((await machineRows(machines)).map((row) => [row.id, row]))
  const items = page.rows.flatMap((row) => byId.get(row.id) ?? [])
  const pools = await db.runtime.findMany({ where: { kind: 'pool' }, select: { name: true }, orderBy: { name: 'asc' }, take: 100 })
  return {
    items,
    next: page.next,
    previous: page.previous,
    total: page.total,
    pools: await groupsOf([...new Set(items.map((item) => item.pool.id))]),
    choices: { pools: pools.map((one) => one.name), ...(await placeChoices()) },
    expiring: await countExpiring(),
    asOf: iso(clock.now()),
  }
}

function conditions(ask: Parsed): Where {
  const where = new Where().and('m."removedAt" is null')
  if (ask.q) {
    const text = anywhere(ask.q)
    const labels = "exists (select 1 from jsonb_each_text(m.labels) l where l.key || '=' || l.value ilike ?)"
    where.and(`(m.name ilike ? or m.address ilike ? or m.owner ilike ? or ${labels})`, text, text, text, text)
  }
  if (ask.pool?.length) where.and('p.name = any(?::text[])', ask.pool)
  if (ask.zone?.length) where.and('m.zone = any(?::text[])', ask.zone)
  for (const label of ask.label ?? []) where.and('m.labels ->> ?::text = ?::text', ...splitLabel(label))
  if (ask.expiry?.length) {
    const state = `case when m."expiresAt" <= ?::timestamp then 'over' when m."expiresAt" <= ?::timestamp then 'soon' end`
    where.and(`${state} = any(?::text[])`, clock.now().toISOString(), soonAt().toISOString(), ask.expiry)
  }
  const states = ask.state?.filter((state) => state !== 'unknown') ?? []
  if (states.length > 0) where.and('m.state = any(?::"MachineState"[])', states)
  return where
}

function splitLabel(label: string): [name: string, value: string] {
  const at = label.indexOf('=')
  return at < 0 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)]
}

/** Totals of the pools on a page. */
async function groupsOf(poolIds: readonly string[]): Promise<PoolGroup[]> {
  const [runtimes, machinesOf, units] = await Promise.all([
    db.runtime.findMany({ where: { id: { in: [...poolIds] } }, orderBy: { name: 'asc' } }),
    countMachines(poolIds),
    countUnits(poolIds),
  ])
  return runtimes.map(({ id, name, environment, ...pool }) => {
    const machines = machinesOf(id)
    const shown = groupBy(machines, ({ state, isKnown }) => (state !== 'offline' && !isKnown ? 'unknown' : state))
    return {
      id,
      name,
      environment,
      loss: lossOf(pool),
      restoredAt: isoOrNull(pool.automationOffSince),
      machines: sumOf(machines),
      units: units.get(id) ?? 0,
      states: [...shown].map(([state, list]) => ({ state, count: sumOf(list) })),
    }
  })
}
