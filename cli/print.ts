import { stringify } from 'yaml'
import { shellVariable } from '@/lib/env'
import { type Outcome, UsageError } from './outcome'

export const formats = ['table', 'json', 'yaml'] as const
export type Format = (typeof formats)[number]

export function formatOf(value: unknown): Format {
  const found = formats.find((one) => one === (value ?? 'table'))
  if (!found) throw new UsageError(`-o takes one of ${formats.join(', ')}.`)
  return found
}

/** As it was asked for: lines for people, the data for programs. */
export function rendered({ lines, json }: Pick<Outcome, 'lines' | 'json'>, format: Format): string {
  if (format === 'json') return JSON.stringify(json, null, 2) ?? ''
  if (format === 'yaml') return json === undefined ? '' : stringify(json).trimEnd()
  return lines.join('\n')
}

const isColoured = (stream: NodeJS.WriteStream): boolean =>
  !shellVariable('NO_COLOR') && stream.isTTY === true && shellVariable('TERM') !== 'dumb'

const codes = { bold: 1, dim: 2, red: 31, green: 32, amber: 33, blue: 34 } as const

/** Colour only where a person looks, and never the only sign. */
export const paint = (text: string, colour: keyof typeof codes): string =>
  isColoured(process.stdout) ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that paint writes.
const bare = (text: string): string => text.replace(/\u001b\[\d+m/g, '')

/** Chinese takes two columns a character. */
const widthOf = (text: string): number =>
  [...bare(text)].reduce(
    (sum, one) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(one) ? 2 : 1),
    0,
  )

/** Columns as wide as they have to be; the last is not padded. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null || cell === '' ? '-' : String(cell))))
  const widths = head.map((name, at) => Math.max(widthOf(name), ...texts.map((row) => widthOf(row[at] ?? ''))))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))).join('  ')
  return [paint(line(head), 'dim'), ...texts.map(line)]
}

const greens = new Set(['succeeded', 'healthy', 'ready', 'active', 'running'])
const reds = new Set(['failed', 'error', 'degraded', 'error_detected', 'offline', 'rejected'])

/** The word of a state, as the screens say it. */
export const stateWord = (state: string): string =>
  paint(state.replaceAll('_', ' '), greens.has(state) ? 'green' : reds.has(state) ? 'red' : state.startsWith('awaiting') ? 'amber' : 'blue')
