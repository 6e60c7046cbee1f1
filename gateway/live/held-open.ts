import type { Gone } from '@/gateway/sessions'
import type { Who } from '@/lib/accounts/load-sessions'
import { pace } from '@/lib/pace'

/** What a caller holds open for longer than a request: a stream of news, a file on its way, a log that is followed. */
interface Ways {
  /** The session or token is over. */
  end(): void
  /** Who it is has to be asked anew: another token, or other rights. */
  leave(): void
}

export interface Held extends Ways {
  who: Who
  /** Asks again when the session would end: it may have been used meanwhile. */
  expiry: NodeJS.Timeout | undefined
}

const maxTimerMs = 2 ** 31 - 1

/** Everything held open ends with its session or token, and with the rights it began with. */
export class HeldOpen {
  private readonly all = new Set<Held>()
  private readonly look = setInterval(() => void this.recheck(), pace('sessionRecheck')).unref()

  /** `again`: which sessions and tokens still live, and as whom, by their hashes. */
  constructor(private readonly again: (hashes: readonly string[]) => Promise<ReadonlyMap<string, Who>>) {}

  hold(who: Who, { end, leave }: Ways): Held {
    const held: Held = { who, end, leave, expiry: undefined }
    this.watch(held)
    this.all.add(held)
    // Rights that changed while it was let in told nobody: it was not here yet.
    void this.recheck([held])
    return held
  }

  release(held: Held): void {
    clearTimeout(held.expiry)
    this.all.delete(held)
  }

  /** The session ended: the browser must not come back with it. Its token changed: it comes back. Its user did: the rows say which. */
  gone({ hash, rotated, userId }: Gone): void {
    for (const held of this.all) {
      if (held.who.hash === hash) held.end()
      else if (held.who.hash === rotated) held.leave()
    }
    if (userId)
      void this.recheck(
        [...this.all].filter((held) => held.who.actor.id === userId),
        (held) => held.leave(),
      )
  }

  /** The rows are the truth: it goes on only while its session does, even when no news of its end arrived. */
  async recheck(some: Iterable<Held> = this.all, unknown: (held: Held) => void = () => {}): Promise<void> {
    const asked = [...some]
    if (asked.length === 0) return
    // While the database is away nothing is known; the next look comes soon.
    const living = await this.again([...new Set(asked.map(({ who }) => who.hash))]).catch(() => undefined)
    if (!living) return asked.forEach(unknown)
    for (const held of asked.filter((one) => this.all.has(one))) {
      const who = living.get(held.who.hash)
      if (!who) held.end()
      else if (rightsOf(who) !== rightsOf(held.who)) held.leave()
      else {
        held.who = who
        this.watch(held)
      }
    }
  }

  stop(): void {
    clearInterval(this.look)
  }

  private watch(held: Held): void {
    clearTimeout(held.expiry)
    const leftMs = Math.min(Math.max(0, held.who.expires - Date.now()), maxTimerMs)
    held.expiry = setTimeout(() => void this.recheck([held]), leftMs + 1).unref()
  }
}

const rightsOf = ({ actor: { isOperator, isReviewer, grants } }: Who): string => JSON.stringify([isOperator, isReviewer, grants])
