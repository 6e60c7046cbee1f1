import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Who } from '@/lib/accounts/load-sessions'
import type { PersonActor } from '@/lib/auth/actor'
import { onReconnect, subscribe } from '@/lib/bus/bus'
import type { StreamHub } from './stream-hub'

const topic = z.string().regex(/^(?:(?:org|record|output|user):[A-Za-z0-9_-]{1,64}|platform)$/)
const QuerySchema = z.object({
  topics: z
    .string()
    .max(8_000)
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(z.array(topic).max(100))
    .optional(),
  last: z.string().max(80).optional(),
})
const NewsSchema = z.object({ topic: z.string(), what: z.string() })

export type AuthorizeTopic = (actor: PersonActor, topic: string) => boolean | Promise<boolean>

/** What a stream hears that names no topics: everything about oneself and one's organisations. */
const defaultTopics = (actor: PersonActor): string[] => [
  `user:${actor.id}`,
  ...new Set(actor.grants.map((grant) => `org:${grant.organizationId}`)),
  ...(actor.isOperator ? ['platform'] : []),
]

/** GET /api/v1/events. Topics one may not hear are left out without a word: they might as well not exist. */
export async function openEvents(
  hub: StreamHub,
  authorizeTopic: AuthorizeTopic,
  who: Who | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!who) return refuse(response, 401, 'sign_in', 'Sign in first.')
  if (request.method !== 'GET') return refuse(response, 405, 'invalid', 'Only GET.')
  const query = QuerySchema.safeParse(Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams))
  if (!query.success) return refuse(response, 400, 'invalid', 'These topics are not understood.')
  const wanted = query.data.topics ?? defaultTopics(who.actor)
  const answers = await Promise.all(wanted.map((name) => authorizeTopic(who.actor, name)))
  const allowed = new Set(wanted.filter((_, index) => answers[index]))
  if (response.destroyed) return
  const header = request.headers['last-event-id']
  hub.open(request, response, who, allowed, (typeof header === 'string' ? header : undefined) ?? query.data.last)
}

/** News from all processes reaches the streams of this one. */
export function feedFromBus(hub: StreamHub): () => void {
  const ends = [
    subscribe('live', (payload) => {
      const news = NewsSchema.safeParse(payload)
      if (news.success) hub.publish(news.data.topic, news.data.what)
    }),
    onReconnect(() => hub.resetAll()),
  ]
  return () => {
    for (const stop of ends) stop()
  }
}

function refuse(response: ServerResponse, status: number, code: string, title: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ type: 'about:blank', status, code, title }))
}
