/** Conditions of a hand-written query. Values travel as parameters only; the texts are ours. */
export class Where {
  readonly values: unknown[] = []
  private readonly conditions: string[] = []

  /** Keeps a value and returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }

  /** Adds a condition; `?` stands for each value in turn. */
  and(condition: string, ...values: readonly unknown[]): this {
    let next = 0
    this.conditions.push(`(${condition.replace(/\?/g, () => this.value(values[next++]))})`)
    return this
  }

  get text(): string {
    return this.conditions.length > 0 ? this.conditions.join(' and ') : 'true'
  }
}

/** A text without what it means to `like`. Prisma's `contains` and `startsWith` need this too: they escape nothing. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`)

/** A pattern for `like` that finds a text anywhere. */
export const anywhere = (text: string): string => `%${literally(text)}%`
