import { clock } from '@/lib/clock'
import { logger } from '@/lib/logger'
import { heardAgents, type Sign, type Vitals } from '@/lib/machines/heard-agents'
import { pace } from '@/lib/pace'
import type { Heartbeat } from '@/lib/protocol/messages'

const log = logger('gateway.agents')

interface Session {
  readonly machineId: string
  readonly epoch: number
  readonly era: number
}

const mostInt = 2 ** 31 - 1
const asInt = (value: number): number => Math.max(-mostInt, Math.min(mostInt, Math.round(value)))

/** How far its clock is off is measured here, at the moment when it is heard. */
export const vitalsOf = ({ at, diskFreeMib, diskTrouble = null }: Heartbeat): Vitals => ({
  diskFreeMib: asInt(diskFreeMib),
  diskTrouble,
  clockOffSeconds: asInt((Date.parse(at) - clock.nowMs()) / 1000),
})

/** Signs of life are gathered for a moment, far shorter than the time after which a machine is unknown. */
export class HeardDesk {
  private signs = new Map<string, Sign>()
  private timer: NodeJS.Timeout | undefined

  note(session: Session, said: { era: number; revision: number }, vitals?: Vitals): void {
    const { machineId, epoch } = session
    const before = this.signs.get(machineId)
    this.signs.set(machineId, {
      machineId,
      epoch,
      agentRevision: said.era === session.era ? said.revision : null,
      vitals: vitals ?? (before?.epoch === epoch ? before.vitals : undefined),
    })
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
