import type { Mask } from './mask'

const mostFrame = 64 * 1024
const gatherMs = 15
/** A beginning of a secret is held back for so long, then it is what somebody typed. */
const holdMs = 100

/** What a terminal shows: gathered for a moment, and with known secrets hidden across the borders of its pieces. */
export class MaskedFlow {
  private raw = Buffer.alloc(0)
  private heldSince = 0
  private flushing: NodeJS.Timeout | undefined

  constructor(
    private readonly mask: Mask,
    private readonly tell: (bytes: Buffer) => void,
  ) {}

  hear(bytes: Buffer): void {
    this.raw = Buffer.concat([this.raw, bytes])
    this.flushing ??= setTimeout(() => this.flush(false), gatherMs)
  }

  /** How many bytes were not told yet. */
  get waiting(): number {
    return this.raw.length
  }

  /** Nothing more will come. */
  end(): void {
    this.flush(true)
  }

  private flush(isLast: boolean): void {
    clearTimeout(this.flushing)
    this.flushing = undefined
    const now = performance.now()
    const held = isLast ? 0 : this.mask.heldBackBytes(this.raw)
    if (held > 0 && this.heldSince === 0) this.heldSince = now
    const isHeld = held > 0 && now - this.heldSince < holdMs
    const told = isHeld ? this.raw.subarray(0, this.raw.length - held) : this.raw
    if (isHeld) this.flushing = setTimeout(() => this.flush(false), gatherMs)
    else this.heldSince = 0
    this.raw = this.raw.subarray(told.length)
    const hidden = this.mask.hideBytes(told)
    for (let start = 0; start < hidden.length; start += mostFrame) this.tell(hidden.subarray(start, start + mostFrame))
  }
}
