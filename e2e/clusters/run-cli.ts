import { spawn } from 'node:child_process'
import path from 'node:path'
import { productUrl } from '@/e2e/people'

const program = path.join(import.meta.dirname, '../../dist/cli.mjs')

/** The command line against the product of the story; what it said, whatever came of it. */
export function runCli(words: readonly string[], { token, stdin }: { token: string; stdin: string }): Promise<string> {
  const place = { TENGEN_URL: productUrl(), TENGEN_TOKEN: token, TENGEN_ORG: 'harbor', TENGEN_APP: 'shop' }
  const child = spawn(process.execPath, [program, ...words], {
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...place },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => void (said += text))
  child.stdin.end(stdin)
  return new Promise((resolve) => child.once('close', () => resolve(said)))
}
