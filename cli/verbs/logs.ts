import { setTimeout as sleep } from 'node:timers/promises'
import { applicationOf, organizationOf } from '@/cli/api/place'
import { deployPath, follow } from '@/cli/follow'
import { done, type Outcome } from '@/cli/outcome'
import { paint } from '@/cli/print'
import { flag, type Given, text, textOf, type Verb } from '@/cli/verb'
import { numberOf } from './deploys'
import { environmentOf } from './service-of'

interface OutputPage {
  readonly units: readonly { readonly id: string; readonly name: string }[]
  readonly lines: readonly { readonly unitId: string; readonly stream: string; readonly text: string }[]
  readonly after: string
}

const lookEveryMs = 1_000

/** What is no line of the process itself is told apart from those. */
function wordsOf({ stream, text }: OutputPage['lines'][number]): string {
  if (stream === 'start') return paint(`started (${text})`, 'dim')
  if (stream === 'end') return paint(`ended${text ? ` with exit code ${text}` : ''}`, 'dim')
  return stream === 'gap' ? paint(`${text} bytes are missing here`, 'amber') : text
}

/** What its units print, or the log of a deploy: #12. */
async function logs(given: Given): Promise<Outcome> {
  const { client, settings, values, args, tell } = given
  const name = args[0] ?? ''
  if (/^#\d+$/.test(name)) {
    const [org, number] = [await organizationOf(client, settings), numberOf(name)]
    if (values.follow) return follow(client, { org, number, timeoutMs: Number.POSITIVE_INFINITY, tell })
    const log = await client.text(`${deployPath(org, number)}/log.txt`)
    return done(log.trimEnd().split('\n'), { log })
  }
  const { path } = await applicationOf(client, settings)
  const address = `${path}/services/${encodeURIComponent(name)}/output`
  const ask = { environment: environmentOf(values.env), run: textOf(values.run) }
  let page = await client.get<OutputPage>(address, ask)
  const words = (one: OutputPage) => {
    const names = new Map(one.units.map((unit) => [unit.id, unit.name]))
    return one.lines.map((line) => `${names.get(line.unitId) ?? line.unitId} ${wordsOf(line)}`)
  }
  if (!values.follow) return done(words(page), page.lines)
  // Until it is interrupted.
  for (;;) {
    for (const [at, line] of words(page).entries()) tell(line, page.lines[at])
    if (page.lines.length === 0) await sleep(lookEveryMs)
    page = await client.get<OutputPage>(address, { ...ask, after: page.after })
  }
}

export const logsVerb: Verb = { options: { env: text, run: text, follow: { ...flag, short: 'f' } }, args: [1, 1], run: logs }
