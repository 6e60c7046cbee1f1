import { AppError } from '@/lib/errors'

interface Needing {
  readonly name: string
  /** Names of others. */
  readonly needs: readonly string[]
}

/** Nobody before those it needs; otherwise as given. Members that need each other in a circle cannot be begun with. */
export function inOrder<T extends Needing>(members: readonly T[]): T[] {
  const left = [...members]
  const done: T[] = []
  while (left.length > 0) {
    const isFree = (one: T) => one.needs.every((name) => !left.some((other) => other.name === name && other !== one))
    const at = left.findIndex(isFree)
    if (at < 0) {
      const names = left.map((one) => one.name).join(', ')
      throw new AppError('invalid', `${names} need each other in a circle: none of them can be the first.`, {
        fields: { members: 'need each other' },
      })
    }
    done.push(...left.splice(at, 1))
  }
  return done
}
