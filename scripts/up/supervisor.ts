import { Child, type Program } from './child'
import type { Database } from './database'
import { stopUnits } from './end-everything'
import type { Home } from './home'
import { dropLock, readState, type State, writeState } from './lock'
import { markOf } from './process-mark'

const watchDatabaseMs = 1_000

/** Keeps everything running until it is told to stop, and writes down what runs, for whoever comes after a kill -9. */
export class Supervisor {
  private readonly children: Child[] = []
  private opening: Promise<Database> | undefined
  private watch: NodeJS.Timeout | undefined
  private stopping: Promise<void> | undefined
  private facts: Partial<State> = {}
  private mending: Promise<void> | undefined

  constructor(
    private readonly home: Home,
    private readonly say: (line: string) => void,
  ) {}

  /** What others may want to know: where we run, and which database. */
  know(facts: Partial<State>): void {
    this.facts = { ...this.facts, ...facts }
    this.write()
  }

  /** Opens the database and looks after it from the first moment: whoever ends us meanwhile ends it as well. */
  async keepDatabase(open: () => Promise<Database>): Promise<Database> {
    this.refuseWhenStopping()
    this.opening = open()
    const database = await this.opening
    this.watch = setInterval(() => (this.mending ??= this.mend(database)), watchDatabaseMs)
    return database
  }

  start(programs: readonly Program[]): Child[] {
    this.refuseWhenStopping()
    const started = programs.map((program) => new Child(program, { logs: this.home.logs, say: this.say, onChange: () => this.write() }))
    this.children.push(...started)
    for (const child of started) child.start()
    return started
  }

  /** What is started after the end has begun would outlive it. */
  private refuseWhenStopping(): void {
    if (this.stopping) throw new Error('The start was broken off.')
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.end())
  }

  /** For a second Ctrl-C: no patience left. */
  killAll(): void {
    for (const { mark } of this.children) if (mark) process.kill(mark.pid, 'SIGKILL')
  }

  private async end(): Promise<void> {
    clearInterval(this.watch)
    const isAgent = (child: Child) => child.program.name.startsWith('agent ')
    await Promise.all(this.children.filter(isAgent).map((child) => child.stop()))
    await stopUnits(this.home, this.say)
    // Doors first, so that nobody asks a house without a floor.
    for (const name of ['gateway', 'web', 'observers', 'workers']) await this.children.find((child) => child.program.name === name)?.stop()
    const database = await this.opening?.catch(() => undefined)
    clearInterval(this.watch)
    await this.mending
    database?.stop()
    dropLock(this.home)
  }

  private async mend(database: Database): Promise<void> {
    try {
      if (await database.mend()) this.say('postgres was gone; it runs again')
    } catch (error) {
      this.say(`postgres does not come back: ${(error as Error).message}`)
    } finally {
      this.mending = undefined
    }
  }

  private write(): void {
    if (this.stopping && !readState(this.home)) return
    const children = this.children.flatMap(({ program, mark }) => (mark ? [{ name: program.name, ...mark }] : []))
    writeState(this.home, { isDemo: false, ...this.facts, supervisor: markOf(process.pid), children })
  }
}
