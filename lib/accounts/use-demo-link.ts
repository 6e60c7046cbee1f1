import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { DemoLink } from '@/lib/db/generated/client'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { hashToken, newToken } from '@/lib/ids'
import { type Begun, beginSession } from './begin-session'
import { demoDomain } from './demo-domain'
import type { Device } from './touch-session'
import type { DemoPeople, DemoPerson } from './views'

const gone = 'This sign-in link was used already or has expired. Print another with npm run up -- --link.'

/** Uses the one-time link up and returns the key of the page of people, which works until the link's session ends. */
export async function redeemDemoLink(token: string): Promise<{ key: string }> {
  insistDemo()
  const key = newToken()
  const { count } = await db.demoLink.updateMany({
    where: { tokenHash: hashToken(token), usedAt: null, expires: { gt: clock.now() } },
    data: { usedAt: clock.now(), keyHash: hashToken(key) },
  })
  if (count === 0) throw notFoundLink()
  return { key }
}

/** The people one may be, for whoever holds the page's key: this browser and its private windows. */
export async function getDemoPeople(key: string, signedInAs: string | null): Promise<DemoPeople> {
  const link = await liveLink(key)
  const users = await db.user.findMany({
    where: { email: { endsWith: demoDomain } },
    include: { members: { include: { organization: true } } },
    orderBy: { createdAt: 'asc' },
  })
  const people = users.map((user): DemoPerson => {
    const member = user.members[0]
    return {
      id: user.id,
      name: user.name ?? user.email,
      email: user.email,
      part: partOf(user.email),
      organizationName: member?.organization.name ?? null,
      isBlocked: user.blockedAt !== null,
    }
  })
  return { people, signedInAs, expires: link.expires.toISOString() }
}

interface DemoSignIn {
  readonly key: string
  readonly userId: string
  readonly device: Device
  readonly oldToken: string | undefined
}

/** A session of a demo person; it ends with the link. */
export async function signInAsDemoPerson({ key, userId, device, oldToken }: DemoSignIn): Promise<Begun> {
  const link = await liveLink(key)
  const user = await db.user.findFirst({ where: { id: userId, email: { endsWith: demoDomain } }, select: { id: true } })
  if (!user) throw notFound('This person')
  return beginSession({ userId, device, oldToken, demo: link })
}

const notFoundLink = () => {
  const error = notFound('This link')
  error.message = gone
  return error
}

async function liveLink(key: string): Promise<DemoLink> {
  insistDemo()
  const link = await db.demoLink.findUnique({ where: { keyHash: hashToken(key) } })
  if (!link || link.expires < clock.now()) throw notFoundLink()
  return link
}

/** The demo sign-in does not exist but on loopback; `npm run up` sets it there and nowhere else. */
function insistDemo(): void {
  if (!env().DEMO) throw notFoundLink()
}

const partOf = (email: string): DemoPerson['part'] => {
  const name = email.split('@')[0]
  const parts: Record<string, DemoPerson['part']> = {
    mei: 'developer',
    jonas: 'admin',
    ingrid: 'owner',
    sam: 'viewer',
    olga: 'operator',
    nils: 'outsider',
  }
  return parts[name ?? ''] ?? 'viewer'
}
