import { StringDecoder } from 'node:string_decoder'
import { type CommandResult, type CommandSaid, mostLiveBytes, mostOutputBytes } from '@/lib/protocol/command'
import type { Mask } from '@/lib/protocol/mask'
import type { Wire } from './connection'
import type { Held } from './holder'
import { paced } from './pace'
import { RunOutput } from './run-output'

const mostCounted = 2 ** 31 - 1
const firstMs = 1000
const mostMs = 5000

/** The end of what it printed, and how much all of it was. */
export function resultOf(held: Held, exitCode: number | null, mask: Mask): CommandResult {
  const { bytes, all } = endOfOutput(held.dir, mask, mostOutputBytes)
  return { exitCode, output: textOf(bytes.toString('utf8')), outputBytes: all }
}

/** What a command has printed so far, said while it runs: soon at first, then less often, and only when there is more. */
export class LiveOutput {
  private said = 0
  private over: Wire | undefined
  private waitMs = firstMs
  private dueMs = performance.now() + paced(firstMs)

  constructor(
    private readonly cause: CommandSaid['cause'],
    private readonly held: Held,
    private readonly mask: Mask,
  ) {}

  look(wire: Wire | undefined): void {
    if (!wire || performance.now() < this.dueMs) return
    const { end } = new RunOutput(this.held.dir).extent('stdout')
    // What was said over a connection that is gone may never have come.
    if (end === 0 || (end === this.said && wire === this.over)) return
    const { bytes, all } = endOfOutput(this.held.dir, this.mask, mostLiveBytes, true)
    wire.send({ type: 'command-said', cause: this.cause, output: textOf(new StringDecoder('utf8').write(bytes)), outputBytes: all })
    this.said = end
    this.over = wire
    this.waitMs = Math.min(this.waitMs * 1.5, mostMs)
    this.dueMs = performance.now() + paced(this.waitMs)
  }
}

/** Secrets are hidden before it is cut, so that no half of one is left; of what still goes on, none that may just have begun. */
export function endOfOutput(dir: string, mask: Mask, most: number, goesOn = false): { bytes: Buffer; all: number } {
  const output = new RunOutput(dir)
  const { begin, end } = output.extent('stdout')
  const from = Math.max(begin, end - most - mask.clearOfBytes)
  const whole = mask.hideBytes(output.read('stdout', from, end - from))
  const hidden = goesOn ? whole.subarray(0, whole.length - mask.heldBackBytes(whole)) : whole
  const isCut = from > begin || begin > 0 || hidden.length > most
  // Bullets may be shorter than what they hide: of where it begins at least as much goes as may be the rest of a secret.
  const kept = Math.max(0, Math.min(most, hidden.length - mask.clearOfBytes / 2))
  return { bytes: isCut ? lastBytes(hidden, kept) : hidden, all: Math.min(end, mostCounted) }
}

/** Not through a character. */
function lastBytes(bytes: Buffer, most: number): Buffer {
  const last = bytes.subarray(Math.max(0, bytes.length - most))
  let start = 0
  while (start < 3 && ((last[start] ?? 0) & 0xc0) === 0x80) start += 1
  return last.subarray(start)
}

/** A zero byte, which no database keeps as text, is shown as what is no text is. */
export const textOf = (text: string): string => text.replaceAll('\0', '�')
