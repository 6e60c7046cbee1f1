import type pg from 'pg'
import { isServer, processesOfUnits } from '@/chaos/processes'
import { grouped } from './look'

interface Door {
  readonly ordinal: number
  readonly address: string
  readonly port: number
}

const everyMs = 100

/** Looks all the time while a change goes on: at what lives, and from outside at what serves. */
export class Watch {
  private readonly found = new Set<string>()
  private isOver = false
  private fewest = Number.POSITIVE_INFINITY
  private readonly ended: Promise<void>

  private constructor(private readonly doors: readonly Door[]) {
    this.ended = this.look()
  }

  static async start(pool: pg.Pool, stageId: string): Promise<Watch> {
    const { rows } = await pool.query<Door>(
      `select u.ordinal, m.address, (a.ports ->> 'http')::int as port from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
         join "Machine" m on m.id = a."machineId" where u."stageId" = $1 and u.state = 'running'`,
      [stageId],
    )
    return new Watch(rows)
  }

  /** `mayMiss`: how many of those that served at the beginning may be away at one moment; undefined = the fault takes them itself. */
  async end(mayMiss: number | undefined): Promise<string[]> {
    this.isOver = true
    await this.ended
    const least = this.doors.length - (mayMiss ?? 0)
    const tooFew = mayMiss !== undefined && this.fewest < least
    return [...this.found, ...(tooFew ? [`a change of one unit at a time: only ${this.fewest} of ${this.doors.length} units served`] : [])]
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      this.lookForTwins()
      const served = await Promise.all(this.doors.map(serves))
      // A door that is seen shut is looked at once more: a process that is starved for a moment has not stopped to serve.
      const shut = this.doors.filter((_, index) => !served[index])
      const again = await Promise.all(shut.map(serves))
      this.fewest = Math.min(this.fewest, this.doors.length - again.filter((one) => !one).length)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }

  /** Two of one unit in one folder, at any moment; on two machines they may meet only while one of these is cut off. */
  private lookForTwins(): void {
    const folders = grouped(processesOfUnits().filter(isServer), ({ environment }) => environment.get('TENGEN_UNIT_DIR') ?? '')
    for (const [folder, twins] of folders) {
      if (twins.length > 1) this.found.add(`two processes lived at once in ${folder}`)
    }
  }
}

async function serves({ address, port }: Door): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(2000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
