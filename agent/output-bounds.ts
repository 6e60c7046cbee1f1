import { oneAtATime } from './pace'
import { RunOutput } from './run-output'
import { say } from './unit-context'

/** Short, because a chatty process fills a disk in seconds. */
const boundMs = 500

/** Keeps what running units print within what a machine may lose to it. */
export class OutputBounds {
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly folders: () => readonly string[]) {}

  start(): void {
    this.timer ??= setInterval(() => void this.bound().catch((error) => say(String(error))), boundMs)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private readonly bound = oneAtATime(async () => {
    for (const folder of this.folders()) await new RunOutput(folder).bound()
  })
}
