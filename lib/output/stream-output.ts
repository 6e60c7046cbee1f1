import type { Actor } from '@/lib/auth/actor'
import { findOutput, type OutputAddress } from './find-output'
import { findChunks, linesAfter, type Places } from './read-lines'
import type { OutputLine, OutputRunChoice } from './views'

const pageLines = 5_000

export interface StreamOutputAsk extends OutputAddress {
  readonly units?: readonly string[] | undefined
  readonly run: OutputRunChoice
}

/** All that is kept, as text, some thousand lines at a time: a reader that is slow holds no more than that. */
export async function streamOutput(actor: Actor, ask: StreamOutputAsk): Promise<AsyncGenerator<string>> {
  const { units, chosen } = await findOutput(actor, ask, ask.units)
  const names = new Map(units.map((unit) => [unit.id, unit.name]))
  return textOf(
    chosen.map((unit) => unit.id),
    ask.run,
    (line) => `${line.at} [${names.get(line.unitId)}] ${wordsOf(line)}`,
  )
}

async function* textOf(unitIds: readonly string[], run: OutputRunChoice, write: (line: OutputLine) => string): AsyncGenerator<string> {
  const chunks = await findChunks(unitIds, run)
  const places: Record<string, number> = {}
  for (;;) {
    const lines = await linesAfter(chunks, places as Places, pageLines)
    if (lines.length === 0) return
    for (const line of lines) places[line.unitId] = Math.max(places[line.unitId] ?? 0, line.line)
    yield `${lines.map(write).join('\n')}\n`
  }
}

const words: Readonly<Record<OutputLine['stream'], (text: string) => string>> = {
  stdout: (text) => text,
  stderr: (text) => `stderr: ${text}`,
  gap: (text) => `--- ${text} bytes skipped ---`,
  start: (text) => (text === '1' ? '--- started ---' : '--- restarted ---'),
  end: (text) => (text === '' ? '--- ended ---' : `--- ended with exit code ${text} ---`),
}

const wordsOf = ({ stream, text }: OutputLine): string => words[stream](text)
