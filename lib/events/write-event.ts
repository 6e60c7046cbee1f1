import type { Actor } from '@/lib/auth/actor'
import { publish } from '@/lib/bus/bus'
import type { Tx } from '@/lib/db/client'
import { afterCommit } from '@/lib/db/transaction'
import { groupBy } from '@/lib/group-by'

/** What happened, in the past tense. Version rises when `data` changes shape. */
export interface EventInput {
  readonly name: `${string}.${string}`
  readonly organizationId?: string | null
  readonly subject: {
    readonly kind:
      | 'deploy'
      | 'service'
      | 'group'
      | 'machine'
      | 'runtime'
      | 'cluster'
      | 'package'
      | 'user'
      | 'organization'
      | 'token'
      | 'access'
      | 'hub'
    readonly id: string
  }
  /** Never a secret, never log text. */
  readonly data?: Record<string, unknown>
}

/** One row in the transaction of every use case. Audit, notices, webhooks, metering and live views read it. */
export async function writeEvent(tx: Tx, actor: Actor, event: EventInput): Promise<void> {
  const data = JSON.stringify(event.data ?? {})
  await tx.$executeRaw`
    insert into journal.event (name, organization_id, subject_kind, subject_id, actor_kind, actor_id, token_id, request_id, address, data)
    values (${event.name}, ${event.organizationId ?? null}, ${event.subject.kind}, ${event.subject.id},
            ${actor.kind}, ${actor.id}, ${tokenOf(actor)}, ${actor.requestId ?? null}, ${addressOf(actor)}, ${data}::jsonb)`
  tellLive(tx, topicsOf(event), event.name)
}

/** The same for what happened to many things at once. */
export async function writeEvents(tx: Tx, actor: Actor, events: readonly EventInput[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ name, organizationId = null, subject, data = {} }) => ({ name, organizationId, ...subject, data }))
  await tx.$executeRaw`
    insert into journal.event (name, organization_id, subject_kind, subject_id, actor_kind, actor_id, token_id, request_id, address, data)
    select n.name, n."organizationId", n.kind, n.id, ${actor.kind}, ${actor.id}, ${tokenOf(actor)}, ${actor.requestId ?? null}, ${addressOf(actor)}, n.data
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(name text, "organizationId" text, kind text, id text, data jsonb)`
  for (const [name, alike] of groupBy(events, (event) => event.name)) tellLive(tx, alike.flatMap(topicsOf), name)
}

const addressOf = (actor: Actor): string | null => (actor.kind === 'person' ? (actor.address ?? null) : null)
const tokenOf = (actor: Actor): string | null => (actor.kind === 'person' ? (actor.token?.id ?? null) : null)

const topicsOf = ({ organizationId, subject }: EventInput): string[] => {
  const topics = organizationId ? [`org:${organizationId}`] : ['platform']
  if (subject.kind === 'deploy') topics.push(`record:${subject.id}`)
  if (subject.kind === 'machine') topics.push('platform')
  return topics
}

/** Live news for browsers: which topics changed, and by what. Sent after the commit; a lost one is healed by the next read. */
export function tellLive(tx: Tx, topics: readonly string[], what: string): void {
  afterCommit(tx, async () => {
    await Promise.all([...new Set(topics)].map((topic) => publish('live', { topic, what })))
  })
}
