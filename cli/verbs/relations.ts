import type { Client } from '@/cli/api/client'
import { UsageError } from '@/cli/outcome'

/** Requirement → names of those who fulfil it: `web`, `external:redis`, or `Edge/web` of another application. */
export type Provided = Readonly<Record<string, readonly string[]>>

interface Choice {
  readonly kind: 'service' | 'external'
  readonly id: string
  readonly name: string
  readonly application: string | null
}

interface Relations {
  readonly edges: readonly {
    readonly requirement: string
    readonly consumer: { readonly name: string }
    readonly provider: {
      readonly kind: string
      readonly name: string
      readonly application: { readonly slug: string; readonly name: string } | null
    }
  }[]
  readonly choices: readonly Choice[]
}

interface Place {
  readonly app: string
  readonly path: string
}

const relationsPath = ({ path }: Place, name: string): string => `${path}/services/${encodeURIComponent(name)}/relations`

const wordOf = (kind: string, name: string, application: string | null): string =>
  kind === 'external' ? `external:${name}` : application ? `${application}/${name}` : name

/** Who fulfils what of one service now. */
export async function readRelations(
  client: Client,
  place: Place,
  { name, environment }: { name: string; environment: string },
): Promise<Record<string, string[]>> {
  const { edges } = await client.get<Relations>(relationsPath(place, name), { environment })
  const now: Record<string, string[]> = {}
  for (const { requirement, consumer, provider } of edges) {
    if (consumer.name !== name) continue
    const home = provider.application?.slug === place.app ? null : (provider.application?.name ?? null)
    now[requirement] = [...(now[requirement] ?? []), wordOf(provider.kind, provider.name, home)]
  }
  return now
}

interface ChoiceAsk {
  readonly relations: Provided
  readonly environment: string
  /** Of a service that is there; missing = one that is to be made. */
  readonly name?: string
}

/** Names as the API takes them. */
export async function relationChoices(
  client: Client,
  place: Place,
  { relations, environment, name }: ChoiceAsk,
): Promise<Record<string, object[]>> {
  if (Object.keys(relations).length === 0) return {}
  const choices = name
    ? (await client.get<Relations>(relationsPath(place, name), { environment })).choices
    : await ownServices(client, place)
  const idOf = (word: string): object => {
    const found = choices.find((one) => wordOf(one.kind, one.name, one.application) === word)
    if (!found)
      throw new UsageError(
        `Nothing called ${word} can fulfil that. There are: ${choices.map((one) => wordOf(one.kind, one.name, one.application)).join(', ') || 'none'}`,
      )
    return found.kind === 'external' ? { externalId: found.id } : { serviceId: found.id }
  }
  return Object.fromEntries(Object.entries(relations).map(([requirement, names]) => [requirement, names.map(idOf)]))
}

/** For a service that is not there yet, those beside it can be named. */
async function ownServices(client: Client, { path }: Place): Promise<Choice[]> {
  const { items } = await client.get<{ items: { id: string; name: string }[] }>(`${path}/services`, { limit: 200 })
  return items.map(({ id, name }) => ({ kind: 'service', id, name, application: null }))
}
