import * as z from 'zod'
import { canonicalJson, sha256Hex } from './canonical'
import { Digest, Port, Slug, UnitName } from './names'

/** A host and path under which a way in serves the other side. */
export const RouteOfEnd = z.object({ host: z.string().max(253), path: z.string().max(500), match: z.enum(['prefix', 'exact']) })
export type RouteOfEnd = z.infer<typeof RouteOfEnd>

/** One end of a relation, as a unit sees the other side. */
export const RelationEnd = z.object({
  /** `provider`: the other side gives what this unit requires. `consumer`: it takes what this unit provides. */
  side: z.enum(['provider', 'consumer']),
  /** The name in this unit's own `requires` or `provides`. */
  relation: Slug,
  interface: Slug,
  application: Slug,
  service: Slug,
  /** Null: the service as a whole. */
  unit: UnitName.nullable(),
  address: z.string().max(255),
  /** Where the interface listens; consumers have none. */
  port: Port.nullable(),
  /** Only to ways in: where it shall be reached beside the name that they make themselves. */
  routes: z.array(RouteOfEnd).max(500).optional(),
})
export type RelationEnd = z.infer<typeof RelationEnd>

/** All that a unit is to know of the others; the digest is over the ends. */
export const UnitRelations = z.object({ digest: Digest, ends: z.array(RelationEnd).max(20_000) })
export type UnitRelations = z.infer<typeof UnitRelations>

export function unitRelationsOf(ends: readonly RelationEnd[]): UnitRelations {
  const sorted = [...ends].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return { digest: sha256Hex(canonicalJson(sorted)), ends: sorted }
}

const keyOf = ({ side, relation, application, service, unit, address }: RelationEnd): string =>
  [
    side,
    relation,
    application,
    service,
    unit === null ? `whole ${address}` : unit.replace(/\d+$/, (ordinal) => ordinal.padStart(7, '0')),
  ].join(' ')

export interface RelationChange {
  readonly added: readonly RelationEnd[]
  readonly removed: readonly RelationEnd[]
  readonly changed: readonly RelationEnd[]
  readonly all: readonly RelationEnd[]
}

/** What the `relation-changed` hook reads in TENGEN_RELATIONS. `before` is what it last ended well with. */
export function relationChange(before: readonly RelationEnd[], after: readonly RelationEnd[]): RelationChange {
  const was = new Map(before.map((end) => [keyOf(end), canonicalJson(end)]))
  const is = new Set(after.map(keyOf))
  return {
    added: after.filter((end) => !was.has(keyOf(end))),
    removed: before.filter((end) => !is.has(keyOf(end))),
    changed: after.filter((end) => was.has(keyOf(end)) && was.get(keyOf(end)) !== canonicalJson(end)),
    all: after,
  }
}
