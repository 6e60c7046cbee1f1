import { namePeople } from '@/lib/accounts/name-people'
import { db, pool } from '@/lib/db/client'
import type { EventView, Person } from '@/lib/views'
import type { EventInput } from './write-event'

interface Row extends ActorRow {
  id: string
  at: Date
  name: string
  data: Record<string, unknown>
}

/** What happened to one thing, newest first. */
export async function readEvents(kind: EventInput['subject']['kind'], id: string, limit = 100): Promise<EventView[]> {
  const { rows } = await pool.query<Row>({
    name: 'events-of',
    text: `select e.id::text as id, e.at, e.name, e.actor_kind, e.actor_id, e.token_id, e.data from journal.event e
           where e.subject_kind = $1 and e.subject_id = $2 order by e.id desc limit $3`,
    values: [kind, id, limit],
  })
  const actorOf = await nameActors(rows)
  return rows.map((row) => {
    const number = row.data.number
    return {
      id: row.id,
      at: row.at.toISOString(),
      name: row.name,
      actor: actorOf(row),
      data: row.data,
      deploy: kind === 'deploy' && typeof number === 'number' ? { id, number } : null,
    }
  })
}

export interface ActorRow {
  readonly actor_kind: string
  readonly actor_id: string | null
  readonly token_id: string | null
}

/** Who did these: a person, by which of their programs if it was one; or the system under the name it acts. */
export async function nameActors(rows: readonly ActorRow[]): Promise<(row: ActorRow) => Person> {
  const nameOf = await namePeople(rows.map((row) => (row.actor_kind === 'person' ? row.actor_id : null)))
  const tokens = await namesOfTokens(rows.flatMap((row) => row.token_id ?? []))
  return ({ actor_kind, actor_id, token_id }) => {
    if (actor_kind !== 'person') return nameOf(null, actor_id ?? undefined)
    const person = nameOf(actor_id)
    return token_id ? { ...person, kind: 'token', name: `${person.name} (${tokens.get(token_id) ?? 'token'})` } : person
  }
}

async function namesOfTokens(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const found = await db.apiToken.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })
  return new Map(found.map(({ id, name }) => [id, name]))
}
