import { pool } from '@/lib/db/client'
import type { PersonActor } from './actor'
import { can, mayKnow } from './authorize'

/** May this person hear live news of a topic? Asked at each subscription; a change of grants closes the streams, which ask again. */
export async function authorizeTopic(actor: PersonActor, topic: string): Promise<boolean> {
  const [kind, id = ''] = topic.split(':')
  if (kind === 'platform') return actor.isOperator && can(actor, 'machine.see')
  if (kind === 'user') return id === actor.id && !actor.token
  // A role in one application of it is enough: news carries names of events, never content.
  if (kind === 'org') return mayKnow(actor, { organizationId: id })
  if (kind === 'record') return mayHearRecord(actor, id)
  if (kind === 'output') return mayHearOutput(actor, id)
  return false
}

async function mayHearRecord(actor: PersonActor, recordId: string): Promise<boolean> {
  const { rows } = await pool.query<{ organizationId: string | null; applicationId: string | null; serviceId: string | null }>({
    name: 'topic-record',
    text: 'select "organizationId", "applicationId", "serviceId" from "DeployRecord" where id = $1',
    values: [recordId],
  })
  if (rows[0]?.organizationId === null) return actor.isOperator && can(actor, 'machine.see')
  return rows[0] !== undefined && can(actor, 'deploy.see', rows[0])
}

async function mayHearOutput(actor: PersonActor, stageId: string): Promise<boolean> {
  const { rows } = await pool.query<{ organizationId: string; applicationId: string; serviceId: string }>({
    name: 'topic-output',
    text: 'select s."organizationId", s."applicationId", s.id as "serviceId" from "Stage" g join "Service" s on s.id = g."serviceId" where g.id = $1',
    values: [stageId],
  })
  return rows[0] !== undefined && can(actor, 'output.see', rows[0])
}
