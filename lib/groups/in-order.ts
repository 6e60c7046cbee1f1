import { AppError } from '@/lib/errors'

interface Needing {
  readonly name: string
  /** Names of others. */
  readonly needs: readonly string[]
}

/** Nobody before those it needs; otherwise as given. Members that need each other in a circle cannot be begun with. */
export const inOrder = <T extends Needing>(members: readonly T[]): T[] =>
  order(members, (left) => {
    const names = left.map((one) => one.name).join(', ')
    throw new AppError('invalid', `${names} need each other in a circle: none of them can be the first.`, {
      fields: { members: 'need each other' },
    })
  })

/** The same of members that are there already: a circle is gone through from one of those in it. */
export const inOrderAsFar = <T extends Needing>(members: readonly T[]): T[] => order(members, oneInCircle)

function order<T extends Needing>(members: readonly T[], first: (left: readonly T[]) => T): T[] {
  const left = [...members]
  const done: T[] = []
  while (left.length > 0) {
    const next = left.find((one) => whomItAwaits(left, one) === undefined) ?? first(left)
    done.push(...left.splice(left.indexOf(next), 1))
  }
  return done
}

const whomItAwaits = <T extends Needing>(left: readonly T[], one: T): T | undefined =>
  left.find((other) => other !== one && one.needs.includes(other.name))

/** Everybody awaits somebody, so whoever follows them comes back to where they have been. */
function oneInCircle<T extends Needing>(left: readonly T[]): T {
  const seen = new Set<T>()
  let at = left[0] as T
  while (!seen.has(at)) {
    seen.add(at)
    at = whomItAwaits(left, at) as T
  }
  return at
}
