import type { Gone, Sessions } from '@/gateway/sessions'
import type { Who } from '@/lib/accounts/load-sessions'
import { pace } from '@/lib/pace'

/** What a caller holds open for longer than a request: a stream of news, a file on its way, a log that is followed. */
interface Ways {
  /** The session or token is over. */
  end(): void
  /** Who it is has to be asked anew: another token, or other rights. */
  leave(): void
  /** It cannot come back by itself: where its session goes on under another token, so does it. */
  readonly stays?: true
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

  constructor(private readonly sessions: Pick<Sessions, 'again' | 'moved'>) {}

  hold(who: Who, ways: Ways): Held {
    const held: Held = { ...ways, who, expiry: undefined }
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
      else if (held.who.hash === rotated) held.stays ? void this.recheck([held], (one) => one.leave()) : held.leave()
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
    const found = await this.find(asked).catch(() => undefined)
    if (!found) return asked.forEach(unknown)
    for (const held of asked.filter((one) => this.all.has(one))) {
      const who = found.get(held)
      if (!who) held.end()
      else if (rightsOf(who) !== rightsOf(held.who)) held.leave()
      else {
        held.who = who
        this.watch(held)
      }
    }
  }

  private async find(asked: readonly Held[]): Promise<Map<Held, Who | undefined>> {
    const living = await this.sessions.again([...new Set(asked.map(({ who }) => who.hash))])
    const found = new Map(asked.map((held) => [held, living.get(held.who.hash)]))
    for (const [held, who] of found) if (!who && held.stays) found.set(held, await this.sessions.moved(held.who))
    return found
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
