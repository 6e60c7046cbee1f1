interface Waiting<Ask, Answer> {
  readonly ask: Ask
  readonly done: (answer: Answer) => void
  readonly failed: (error: unknown) => void
}

export interface BatchOptions<Ask> {
  readonly most: number
  /** Of those with the same key only one goes into a batch; the others follow in their order. */
  readonly keyOf?: (ask: Ask) => string
  /** Who asks first waits so long for others. */
  readonly gatherMs?: number
  /** So long after one batch began the next does, unless it is full: where many come one after the other, few batches do. */
  readonly spacingMs?: number
}

/** What many connections ask at once is answered together: whoever comes while a batch is worked on goes into the next. */
export class BatchDesk<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = []
  private working: Promise<void> | undefined
  private nextAt = 0
  private hurry: () => void = () => undefined

  constructor(
    /** Answers in the order of the asks. */
    private readonly answer: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
    private readonly options: BatchOptions<Ask>,
  ) {}

  ask(ask: Ask): Promise<Answer> {
    return new Promise((done, failed) => {
      this.waiting.push({ ask, done, failed })
      if (this.waiting.length >= this.options.most) this.hurry()
      this.working ??= this.gather(this.options.gatherMs).then(() => this.work())
    })
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.working) await this.working
  }

  /** What arrives in the same turn leaves together, at least. */
  private gather(gatherMs = 0): Promise<void> {
    const waitMs = this.waiting.length < this.options.most ? Math.max(gatherMs, this.nextAt - performance.now()) : 0
    return new Promise((resolve) => {
      if (waitMs <= 0) return setImmediate(resolve)
      const late = setTimeout(resolve, waitMs)
      this.hurry = () => {
        clearTimeout(late)
        resolve()
      }
    })
  }

  private async work(): Promise<void> {
    const { spacingMs } = this.options
    while (this.waiting.length > 0) {
      this.nextAt = performance.now() + (spacingMs ?? 0)
      await this.serve(this.take())
      if (spacingMs && this.waiting.length > 0) await this.gather()
    }
    this.working = undefined
  }

  private take(): Waiting<Ask, Answer>[] {
    const { most, keyOf } = this.options
    if (!keyOf) return this.waiting.splice(0, most)
    const [taken, left, keys] = [[] as Waiting<Ask, Answer>[], [] as Waiting<Ask, Answer>[], new Set<string>()]
    for (const one of this.waiting) {
      const isNext = taken.length < most && !keys.has(keyOf(one.ask))
      keys.add(keyOf(one.ask))
      if (isNext) taken.push(one)
      else left.push(one)
    }
    this.waiting = left
    return taken
  }

  private async serve(batch: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.answer(batch.map(({ ask }) => ask))
      for (const [i, { done }] of batch.entries()) done(answers[i] as Answer)
    } catch (error) {
      // One that cannot be answered must not hold up the others.
      if (batch.length > 1) for (const one of batch) await this.serve([one])
      else for (const { failed } of batch) failed(error)
    }
  }
}
