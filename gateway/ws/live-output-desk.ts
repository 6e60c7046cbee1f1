import { type LiveOutput, recordLiveOutput } from '@/lib/commands/record-live-output'
import { logger } from '@/lib/logger'

const log = logger('gateway.agents')
const gatherMs = 500

/** What running commands print, gathered for a moment: of each only the newest word counts. Nobody waits for it. */
export class LiveOutputDesk {
  private waiting = new Map<string, LiveOutput>()
  private timer: NodeJS.Timeout | undefined

  note(output: LiveOutput): void {
    this.waiting.set(`${output.machineId} ${output.said.cause.taskId}`, output)
    this.timer ??= setTimeout(() => void this.write(), gatherMs)
  }

  close(): void {
    clearTimeout(this.timer)
  }

  private async write(): Promise<void> {
    this.timer = undefined
    const batch = [...this.waiting.values()]
    this.waiting = new Map()
    await recordLiveOutput(batch).catch((error: unknown) => log.warn({ err: error }, 'output of running commands was not kept'))
  }
}
