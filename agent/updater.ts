import { chmod, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandEntry } from '@/lib/protocol/command'
import { fileOf, forgetAgentFiles, ownDigest, readAgentState, writeAgentState } from './agent-state'
import { toFailure } from './failure'
import { isChild } from './launcher'
import { type BlobSource, download } from './package-cache'
import type { UnitContext } from './unit-context'

type Hands = {
  source: BlobSource
  /** Resolves when nothing runs that must not be cut; new work is held back from the call on. */
  quiet: (entry: CommandEntry, signal: AbortSignal) => Promise<void>
  /** Ends this agent, so that the file on trial goes on. */
  leave: () => void
}

/** Puts another agent file in place of this one. Units go on, and are adopted by whoever comes. */
export class Updater {
  constructor(
    private readonly ctx: UnitContext,
    private readonly hands: Hands,
  ) {}

  async update(entry: CommandEntry, signal: AbortSignal): Promise<void> {
    const { home, reporter } = this.ctx
    const { agent, cause } = entry
    if (!agent) return
    if (agent.digest === ownDigest()) {
      // On trial it says so once the hub has let it in.
      if (readAgentState(home).trial?.digest !== ownDigest()) await reporter.done(cause, { ok: true })
      return
    }
    try {
      await reporter.step(cause, 'fetch')
      await this.fetch(entry, signal)
      await reporter.step(cause, 'wait')
      await this.hands.quiet(entry, signal)
      await reporter.step(cause, 'switch')
      const before = isChild() ? readAgentState(home) : { current: null, starter: ownDigest() }
      await writeAgentState(home, { ...before, trial: { digest: agent.digest, cause, tries: 0 }, failed: null })
      this.hands.leave()
    } catch (error) {
      const { code, message } = toFailure(error)
      await reporter.done(
        cause,
        signal.aborted ? { ok: false, code: 'cancelled', message: 'It was not begun.' } : { ok: false, code, message },
      )
    }
  }

  private async fetch({ agent }: CommandEntry, signal: AbortSignal): Promise<void> {
    const { home } = this.ctx
    if (!agent || fileOf(home, agent.digest) !== null) return
    const { baseUrl, ticket } = await this.hands.source.open(signal)
    const archive = join(home.downloads, `${agent.digest}.mjs`)
    await download({ url: `${baseUrl}/api/v1/agent/blobs/${agent.digest}`, ticket, ...agent, archive, signal })
    await chmod(archive, 0o500)
    await rename(archive, home.agentFile(agent.digest))
  }

  /** The hub has let this agent in: from here on it is the one. */
  async confirm(): Promise<void> {
    const { home, reporter } = this.ctx
    const { trial } = readAgentState(home)
    if (trial?.digest !== ownDigest()) return
    await writeAgentState(home, { ...readAgentState(home), current: trial.digest, trial: null, failed: null })
    forgetAgentFiles(home, [trial.digest])
    await reporter.done(trial.cause, { ok: true })
  }

  /** The one that was tried did not do; this one goes on, and says why. */
  async reportFailure(): Promise<void> {
    const { home, reporter } = this.ctx
    const state = readAgentState(home)
    if (!state.failed || state.trial) return
    await reporter.done(state.failed.cause, { ok: false, code: 'update_failed', message: state.failed.message })
    await writeAgentState(home, { ...state, failed: null })
  }
}
