import { createInterface } from 'node:readline/promises'
import { UsageError } from './outcome'

/** Asked of a person; a script says --yes. */
export async function confirm(question: string, isSure: boolean): Promise<boolean> {
  if (isSure) return true
  if (!process.stdin.isTTY) throw new UsageError('Nobody is here to say yes. Say --yes, or --plan to only look.')
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await line.question(`${question} [y/N] `)).trim())
  } finally {
    line.close()
  }
}

/** What is typed, or what a script hands over on standard input. */
export async function askFor(question: string): Promise<string> {
  const line = createInterface({
    input: process.stdin,
    output: process.stdin.isTTY ? process.stderr : undefined,
    terminal: process.stdin.isTTY,
  })
  try {
    if (process.stdin.isTTY) return (await line.question(question)).trim()
    for await (const one of line) return one.trim()
    return ''
  } finally {
    line.close()
  }
}
