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
}

/** What many connections ask at once is answered together: whoever comes while a batch is worked on goes into the next. */
export class BatchDesk<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = []
  private working: Promise<void> | undefined

  constructor(
    /** Answers in the order of the asks. */
    private readonly answer: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
    private readonly options: BatchOptions<Ask>,
  ) {}

  ask(ask: Ask): Promise<Answer> {
    return new Promise((done, failed) => {
      this.waiting.push({ ask, done, failed })
      this.working ??= this.gather().then(() => this.work())
    })
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.working) await this.working
  }

  /** What arrives in the same turn leaves together, at least. */
  private gather(): Promise<void> {
    const { gatherMs } = this.options
    return new Promise((resolve) => (gatherMs ? setTimeout(resolve, gatherMs) : setImmediate(resolve)))
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) await this.serve(this.take())
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
