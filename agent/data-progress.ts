import { setImmediate as turn } from 'node:timers/promises'

const everyMs = 2_000
const mib = 1024 * 1024

export const inMib = (bytes: number): string => `${Math.ceil(bytes / mib)} MiB`

/** Says how far it is, now and then; what is said is also the sign that it goes on. */
export class DataProgress {
  private saidAtMs = performance.now()
  private done = 0
  private turns = 0

  constructor(
    private readonly say: (text: string) => void,
    private readonly verb: string,
    private readonly ofBytes: number,
  ) {}

  add(bytes: number): void {
    this.done += bytes
    if (performance.now() - this.saidAtMs < everyMs) return
    this.saidAtMs = performance.now()
    this.say(`${this.verb} ${Math.floor(this.done / mib)} of ${inMib(this.ofBytes)}`)
  }

  /** Files are read and written at once; in between others have their turn. */
  async breathe(): Promise<void> {
    this.turns += 1
    if (this.turns % 8 === 0) await turn()
  }
}
