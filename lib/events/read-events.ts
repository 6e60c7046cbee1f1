import { namePeople } from '@/lib/accounts/name-people'
import { pool } from '@/lib/db/client'
import type { EventView } from '@/lib/views'
import type { EventInput } from './write-event'

interface Row {
  id: string
  at: Date
  name: string
  actor_kind: string
  actor_id: string | null
  data: Record<string, unknown>
}

/** What happened to one thing, newest first. */
export async function readEvents(kind: EventInput['subject']['kind'], id: string, limit = 100): Promise<EventView[]> {
  const { rows } = await pool.query<Row>({
    name: 'events-of',
    text: `select e.id::text as id, e.at, e.name, e.actor_kind, e.actor_id, e.data from journal.event e
           where e.subject_kind = $1 and e.subject_id = $2 order by e.id desc limit $3`,
    values: [kind, id, limit],
  })
  const nameOf = await namePeople(rows.map((row) => (row.actor_kind === 'person' ? row.actor_id : null)))
  return rows.map((row) => {
    const number = row.data.number
    return {
      id: row.id,
      at: row.at.toISOString(),
      name: row.name,
      actor: row.actor_kind === 'person' ? nameOf(row.actor_id) : nameOf(null, row.actor_id ?? undefined),
      data: row.data,
      deploy: kind === 'deploy' && typeof number === 'number' ? { id, number } : null,
    }
  })
}
