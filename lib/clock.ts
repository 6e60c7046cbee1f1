let offsetMs = 0

/** The time everything asks for. Tests and the model move it; nothing else does. */
export const clock = {
  now: (): Date => new Date(Date.now() + offsetMs),
  /** Milliseconds since the epoch. */
  nowMs: (): number => Date.now() + offsetMs,
  /** For tests only: move time forward. */
  advance(ms: number) {
    offsetMs += ms
  },
  reset() {
    offsetMs = 0
  },
}
