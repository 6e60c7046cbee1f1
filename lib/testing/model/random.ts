/** mulberry32: small, fast, and the same everywhere, so that a seed names a sequence for ever. */
export class Random {
  private state: number
  constructor(readonly seed: number) {
    this.state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** An integer in [0, below). */
  int(below: number): number {
    return Math.floor(this.next() * below)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.int(list.length)]
  }

  weighted<T>(table: readonly (readonly [weight: number, value: T])[]): T {
    let at = this.next() * table.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of table) {
      at -= weight
      if (at < 0) return value
    }
    return (table.at(-1) as readonly [number, T])[1]
  }
}
