import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Query } from '@/cli/api/client'
import { inOrg, organizationOf } from '@/cli/api/place'
import { done, failed, type Outcome, UsageError } from '@/cli/outcome'
import { paint, table } from '@/cli/print'
import { flag, type Given, list, listOf, text, textOf, type Verb } from '@/cli/verb'

interface AuditEntry {
  readonly at: string
  readonly name: string
  readonly actor: { readonly name: string }
  readonly subject: { readonly name: string }
  readonly deploy: number | null
  readonly address: string | null
}

interface Verification {
  readonly isIntact: boolean
  readonly seals: number
  readonly events: number
  readonly waiting: number
  readonly cutUpTo: string | null
  readonly head: { readonly number: number; readonly hash: string } | null
  readonly contains: boolean | null
  readonly faults: readonly { readonly kind: string; readonly seal: number; readonly at: string; readonly eventIds: readonly string[] }[]
}

const standardCount = 50
const mostCount = 200

const pathOf = async ({ client, settings, values }: Given): Promise<string> =>
  values.platform ? '/api/v1/platform/audit' : `${inOrg(await organizationOf(client, settings))}/audit`

function countOf(value: string | undefined): number {
  const count = Number(value ?? standardCount)
  if (!Number.isInteger(count) || count < 1 || count > mostCount) throw new UsageError(`--count takes a number from 1 to ${mostCount}.`)
  return count
}

/** A day, or a moment, as the API takes it. */
function momentOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const moment = new Date(value)
  if (Number.isNaN(moment.getTime())) throw new UsageError(`--${name} takes a day, as 2026-11-01, or a moment, as 2026-11-01T08:00:00Z.`)
  return moment.toISOString()
}

function filterOf({ values }: Given): Query {
  const kinds = listOf(values.kind)
  return {
    q: textOf(values.q),
    name: textOf(values.name),
    actor: textOf(values.by),
    since: momentOf('since', textOf(values.since)),
    until: momentOf('until', textOf(values.until)),
    ...(kinds.length > 0 ? { kind: kinds.join(',') } : {}),
  }
}

/** Everything that fits, handed on as it comes: years of it are more than a program should hold. */
async function exported(given: Given, as: string): Promise<Outcome> {
  if (as !== 'csv' && as !== 'jsonl') throw new UsageError('--export takes csv or jsonl.')
  const { body } = await given.client.send(`${await pathOf(given)}.${as}`, { query: filterOf(given) })
  if (body) await pipeline(Readable.fromWeb(body as WebStream), process.stdout, { end: false })
  return done([], undefined)
}

/** The newest that fit the filters. */
async function audit(given: Given): Promise<Outcome> {
  const { client, values } = given
  const as = textOf(values.export)
  if (as !== undefined) return exported(given, as)
  const { items } = await client.get<{ items: AuditEntry[] }>(await pathOf(given), {
    limit: countOf(textOf(values.count)),
    ...filterOf(given),
  })
  const words = ({ name }: AuditEntry) => (name === 'access.refused' ? paint(name, 'red') : name)
  const rows = items.map((one) => [one.at, one.actor.name, words(one), one.subject.name, one.deploy ? `#${one.deploy}` : '', one.address])
  return done(table(['WHEN', 'WHO', 'WHAT', 'DONE TO', 'DEPLOY', 'FROM'], rows), items)
}

/** Fails where something is not as it was written, or where the seal that was kept elsewhere is in the chain no more. */
async function verify(given: Given): Promise<Outcome> {
  const { client, values } = given
  const kept = textOf(values.contains)
  const found = await client.get<Verification>(`${await pathOf(given)}/verification`, { contains: kept })
  const counted = `${found.events} events under ${found.seals} seals, ${found.waiting} not sealed yet`
  const cut = found.cutUpTo ? [`Events up to ${found.cutUpTo} were dropped for their age.`] : []
  const head = found.head ? [`The last seal: ${found.head.number} ${found.head.hash}`] : []
  const lost = found.contains === false ? [paint('The seal you kept is not in the chain: something was taken off its end.', 'red')] : []
  if (found.isIntact && lost.length === 0) return done([`Everything is as it was written: ${counted}.`, ...cut, ...head], found)
  const faults = found.faults.map(
    ({ kind, seal, at, eventIds }) => `${paint(kind, 'red')} at seal ${seal} of ${at}: ${eventIds.join(', ')}`,
  )
  return { ...failed('Something was changed behind Tengen’s back.', found), lines: [...faults, ...lost, counted, ...cut] }
}

const whose = { platform: flag } as const

const filters = { q: text, kind: list, name: text, by: text, since: text, until: text } as const

export const auditVerb: Verb = { options: { ...whose, ...filters, count: text, export: text }, args: [0, 0], run: audit }
export const auditVerifyVerb: Verb = { options: { ...whose, contains: text }, args: [0, 0], run: verify }
