import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Client } from '@/cli/api/client'
import { inOrg } from '@/cli/api/place'
import { UsageError } from '@/cli/outcome'
import { paint } from '@/cli/print'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const roles = ['admin', 'owner'] as const
const kinds = ['repair', 'relate', 'failover', 'migrate'] as const

/** In the order that the hub keeps them in: two files that ask for the same are the same. */
const inOrder = <T extends string>(all: readonly T[]) => z.array(z.enum(all)).transform((said) => all.filter((one) => said.includes(one)))
/** Pages know times to the minute. */
const TimeSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => new Date(text).getTime() % 60_000 === 0, 'has seconds: say it to the minute')
  .transform((text) => new Date(text).toISOString())

const PolicySchema = z.strictObject({
  approvals: z.int().min(0).max(10),
  roles: inOrder(roles).default([...roles]),
  windows: z.array(z.strictObject({ days: inOrder(days), from: z.string(), to: z.string(), zone: z.string() })).default([]),
  freezes: z.array(z.strictObject({ from: TimeSchema, to: TimeSchema, reason: z.string() })).default([]),
  expiryHours: z.int().min(1).max(72).nullable().default(null),
})
/** Of environments of the organisation: what changes there need before they start. */
export const PoliciesSchema = z.partialRecord(z.enum(['test', 'production']), PolicySchema).default({})
/** What runs for a service without a person; null = what the platform lets. */
export const AutomationSchema = z.strictObject({ kinds: inOrder(kinds), maxUnits: z.int().min(1).max(10_000) }).nullable()
type Automation = z.output<typeof AutomationSchema>

interface Policies {
  readonly environments: readonly {
    readonly environment: string
    readonly rules: object
    readonly floor: number
    readonly set: object | null
  }[]
  readonly standing: readonly {
    readonly service: { readonly name: string; readonly applicationSlug: string }
    readonly rules: Automation
  }[]
}

interface Asked {
  readonly policies: z.output<typeof PoliciesSchema>
  readonly services: Readonly<Record<string, { readonly automation?: Automation | undefined }>>
}

/** What is asked of a person: no program sets a policy, it leads to where one does. */
export interface Proposal {
  readonly what: string
  readonly link: string
}

/** With all services: the hub answers a page of them at a time. */
async function readPolicies(client: Client, org: string): Promise<Policies> {
  const standing: Policies['standing'][number][] = []
  let after: string | undefined
  for (;;) {
    const page = await client.get<Policies & { next: string | null }>(`${inOrg(org)}/policies`, { limit: '200', after })
    standing.push(...page.standing)
    if (!page.next) return { ...page, standing }
    after = page.next
  }
}

/** Policies that are not as the file says, each with the page where a person sets it. */
export async function proposalsOf(client: Client, place: { org: string; app: string }, { policies, services }: Asked): Promise<Proposal[]> {
  const named = Object.entries(services).filter(([, { automation }]) => automation !== undefined)
  const wanted = Object.entries(policies)
  if (wanted.length + named.length === 0) return []
  const now = await readPolicies(client, place.org)
  const proposal = (what: string, asked: object, service = ''): Proposal => {
    const page = `${client.url}/o/${encodeURIComponent(place.org)}/settings/policies`
    const propose = Buffer.from(JSON.stringify(asked)).toString('base64url')
    return { what, link: `${page}?${new URLSearchParams({ propose, ...(service ? { q: service } : {}) })}` }
  }
  const ofEnvironments = wanted.flatMap(([environment, rules]) => {
    const { rules: before, floor } = now.environments.find((one) => one.environment === environment) ?? { rules: null, floor: 0 }
    if (rules.approvals < floor) throw new UsageError(`policies.${environment}: the platform asks for at least ${floor} approval there.`)
    return isDeepStrictEqual(before, rules) ? [] : proposal(`policy of ${environment}`, { environment, rules })
  })
  const ofServices = named.flatMap(([name, { automation }]) => {
    const before = standingOf(now, place.app, name)
    // One that is not there yet has none to change; the next time it has.
    if (before === undefined || isDeepStrictEqual(before, automation)) return []
    return proposal(`${name}: what runs without a person`, { application: place.app, service: name, rules: automation }, name)
  })
  return [...ofEnvironments, ...ofServices]
}

const standingOf = ({ standing }: Policies, app: string, name: string): Automation | undefined =>
  standing.find(({ service }) => service.name === name && service.applicationSlug === app)?.rules

export const proposalLines = (proposals: readonly Proposal[]): string[] =>
  proposals.flatMap(({ what, link }) => [`${paint('•', 'amber')} ${what}: a person sets it, here:`, `    ${link}`])

/** What somebody has set, as a file says it. */
export async function policiesInFile(client: Client, place: { org: string; app: string }) {
  const now = await readPolicies(client, place.org)
  const set = now.environments.filter((one) => one.set)
  return {
    top: set.length > 0 ? { policies: Object.fromEntries(set.map(({ environment, rules }) => [environment, rules])) } : {},
    ofService(name: string): { automation?: Automation } {
      const automation = standingOf(now, place.app, name)
      return automation ? { automation } : {}
    },
  }
}
