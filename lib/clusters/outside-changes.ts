import { hash } from 'node:crypto'
import type { ObjectRef } from '@/lib/drivers/kubernetes/apply-set'
import type { Hands } from '@/lib/drivers/kubernetes/outside-hands'
import type { OutsideChange } from '@/lib/workloads/views'

const mostFields = 20

/** Of what is there no more nobody changes anything. */
export const nothingOutside = { outside: [], keptOutside: [], isChanged: false }

/**
 * What others changed of a placement's objects since they were applied. Whoever says something of their own is named; what is only
 * gone, or was changed by the cluster itself, is told by the object alone.
 */
export function outsideChanges(
  inventory: readonly ObjectRef[],
  handsOf: (ref: ObjectRef) => Hands | null | undefined,
): readonly OutsideChange[] {
  return inventory.flatMap((ref) => {
    const hands = handsOf(ref)
    const object = `${ref.kind}/${ref.name}`
    if (hands === undefined) return []
    // What was refused stands in the inventory, too, and was never made.
    if (hands === null) return ref.own === undefined ? [] : [changeOf(object, 'missing')]
    const said = hands.others.map((hand) => changeOf(object, 'said', hand))
    const isLessened = said.length === 0 && ref.own !== undefined && ref.own !== hands.own
    return isLessened ? [changeOf(object, 'lessened', undefined, hands.own)] : said
  })
}

type Hand = Pick<OutsideChange, 'owner' | 'at'> & { readonly fields: readonly string[] }

function changeOf(
  object: string,
  kind: OutsideChange['kind'],
  { owner, at, fields }: Hand = { owner: null, at: null, fields: [] },
  own = '',
): OutsideChange {
  const print = hash('sha1', JSON.stringify([object, kind, owner, at, fields, own]))
  return { object, kind, owner, at, fields: fields.slice(0, mostFields), print }
}
