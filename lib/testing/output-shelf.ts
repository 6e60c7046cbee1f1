import type { AgentMessage, HubMessageBody } from '@/lib/protocol/messages'
import type { OutputLine, OutputPart, OutputPlace } from '@/lib/protocol/output'
import type { TerminalSaid } from '@/lib/protocol/terminal'

type Heard = { line: OutputLine; run: number }

/** The hub's side of output and of terminals, in memory and by the same rule: only what goes on exactly where it stands is kept. */
export class OutputShelf {
  private readonly places = new Map<string, NonNullable<OutputPlace['at']>>()
  private readonly heard = new Map<string, Heard[]>()
  readonly ends: { unitId: string; run: number; exitCode: number | null }[] = []
  /** Parts that did not go on where the hub stands. */
  refused = 0
  /** What terminals showed, each number once. */
  readonly terminals: TerminalSaid[] = []
  /** Frames, so that a test sees how much an agent says. */
  frames = 0

  /** The answer; undefined when the message is about something else. */
  take(message: AgentMessage): HubMessageBody | undefined {
    if (message.type === 'output-ask') return { type: 'output-at', units: message.unitIds.map((unitId) => this.placeOf(unitId)) }
    if (message.type === 'terminal-said') return this.keepTerminal(message)
    if (message.type !== 'output') return undefined
    this.frames += 1
    for (const part of message.parts) this.keep(part)
    return { type: 'output-at', units: message.parts.map(({ unitId }) => this.placeOf(unitId)) }
  }

  /** What was said, gaps as `gap`. */
  lines(unitId: string, run?: number): string[] {
    const all = this.heard.get(unitId) ?? []
    return all.filter((one) => run === undefined || one.run === run).map(({ line }) => (line.stream === 'gap' ? 'gap' : line.text))
  }

  skippedBytes(unitId: string): number {
    return (this.heard.get(unitId) ?? []).reduce((sum, { line }) => sum + (line.skippedBytes ?? 0), 0)
  }

  private keepTerminal(said: TerminalSaid): HubMessageBody {
    const { terminalId, seq } = said
    if (!this.terminals.some((one) => one.terminalId === terminalId && one.seq === seq)) this.terminals.push(said)
    return { type: 'terminal-kept', terminalId, seq }
  }

  private placeOf(unitId: string): OutputPlace {
    return { unitId, isKept: true, at: this.places.get(unitId) ?? null }
  }

  private keep({ unitId, run, from, to, lines, ended, exitCode }: OutputPart): void {
    const at = this.places.get(unitId)
    const goesOn = at?.run.id === run.id && at.offsets.stdout === from.stdout && at.offsets.stderr === from.stderr && !at.ended
    const isNext = at?.run.id !== run.id && (at === undefined || run.number >= at.run.number) && from.stdout === 0 && from.stderr === 0
    if (!goesOn && !isNext) {
      this.refused += 1
      return
    }
    this.places.set(unitId, { run, offsets: to, ended })
    const heard = this.heard.get(unitId) ?? []
    this.heard.set(unitId, heard)
    for (const line of lines) heard.push({ line, run: run.number })
    if (ended) this.ends.push({ unitId, run: run.number, exitCode })
  }
}
