import { logger } from '@/lib/logger'
import { heardAgents, type Sign } from '@/lib/machines/heard-agents'
import { pace } from '@/lib/pace'

const log = logger('gateway.agents')

/** Signs of life are gathered for a moment, far shorter than the time after which a machine is unknown. */
export class HeardDesk {
  private signs = new Map<string, Sign>()
  private timer: NodeJS.Timeout | undefined

  note(session: { machineId: string; epoch: number; era: number }, said: { era: number; revision: number }): void {
    const { machineId, epoch } = session
    this.signs.set(machineId, { machineId, epoch, agentRevision: said.era === session.era ? said.revision : null })
    this.timer ??= setTimeout(() => void this.write(), pace('heartbeat') / 5)
  }

  close(): void {
    clearTimeout(this.timer)
  }

  private async write(): Promise<void> {
    this.timer = undefined
    const signs = [...this.signs.values()]
    this.signs = new Map()
    // A lost sign is made good by the next.
    await heardAgents(signs).catch((error: unknown) => log.warn({ err: error }, 'signs of life were not written'))
  }
}
