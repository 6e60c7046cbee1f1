import { UnreachableError } from './errors'

interface Times {
  /** How long nothing is tried after too many failures in a row; doubles with each further one, up to `mostMs`. */
  readonly restMs: number
  readonly mostMs: number
}

const patience = 3

/**
 * Spares a cluster that does not answer, and everybody who would wait for it: after three failures in a row nothing is tried for a
 * while, then one request alone, and only when that one is answered all others again.
 */
export class Breaker {
  private failures = 0
  private restsUntil = 0
  private isTrying = false

  constructor(
    private readonly times: Times,
    private readonly now: () => number = Date.now,
  ) {}

  get isResting(): boolean {
    return this.failures >= patience && (this.isTrying || this.now() < this.restsUntil)
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isResting) throw new UnreachableError('resting', 'It has not answered several times; it is tried again in a moment.')
    const isTrial = this.failures >= patience
    if (isTrial) this.isTrying = true
    try {
      const result = await work()
      this.failures = 0
      return result
    } catch (error) {
      if (error instanceof UnreachableError) this.count()
      else this.failures = 0
      throw error
    } finally {
      if (isTrial) this.isTrying = false
    }
  }

  private count(): void {
    this.failures++
    const more = Math.min(Math.max(0, this.failures - patience), 16)
    this.restsUntil = this.now() + Math.min(this.times.mostMs, this.times.restMs * 2 ** more)
  }
}
