import { createInterface } from 'node:readline/promises'
import { UsageError } from './outcome'

/** Asked of a person; a script says --yes. */
export async function confirm(question: string, isSure: boolean): Promise<boolean> {
  if (isSure) return true
  if (!process.stdin.isTTY) throw new UsageError('Nobody is here to say yes: --yes says it.')
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await line.question(`${question} [y/N] `)).trim())
  } finally {
    line.close()
  }
}

/** What is typed, or what a script hands over on standard input; with a signal, until that: an open question keeps the program alive. */
export async function askFor(question: string, signal?: AbortSignal): Promise<string> {
  const line = createInterface({
    input: process.stdin,
    output: process.stdin.isTTY ? process.stderr : undefined,
    terminal: process.stdin.isTTY,
  })
  try {
    if (process.stdin.isTTY) return (await line.question(question, signal ? { signal } : {})).trim()
    for await (const one of line) return one.trim()
    return ''
  } finally {
    line.close()
  }
}
