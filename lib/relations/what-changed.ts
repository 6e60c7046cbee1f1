import { z } from 'zod'
import { readBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { RelationEnd, relationChange } from '@/lib/protocol/relations'
import type { UntoldUnit } from './unit-relations'

const mostNames = 3

/** On the other side of a relation, since its units were told last: the first few by name, and how many more. */
export interface ChangedEnds {
  readonly names: string
  readonly more: number
}

/** Who came, went or moved. The units of a stage are told alike, so one of them answers for all. */
export async function whatChanged(tx: Tx, untold: readonly Pick<UntoldUnit, 'told' | 'now'>[]): Promise<ChangedEnds> {
  const [unit] = untold
  const text = unit?.told ? (await readBlobTexts(tx, [unit.told])).get(unit.told) : undefined
  const before = text === undefined ? [] : z.array(RelationEnd).parse(JSON.parse(text))
  const { added, removed, changed } = relationChange(before, unit?.now.ends ?? [])
  const names = [...new Set([...added, ...removed, ...changed].map((end) => end.unit ?? end.service))]
  return { names: names.slice(0, mostNames).join(', '), more: Math.max(0, names.length - mostNames) }
}
