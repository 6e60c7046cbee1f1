import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from './api/client'
import { inOrg } from './api/place'
import { type ExitCode, exitCodes, type Outcome, UsageError } from './outcome'
import { paint, stateWord } from './print'

/** What of a deploy the command line reads. */
export interface Deploy {
  readonly number: number
  readonly state: string
  readonly revision: number
  readonly planHash: string | null
  readonly title?: unknown
  readonly endedAt: string | null
  readonly failure?: { readonly message?: string } | null
  readonly [more: string]: unknown
}

interface LogPage {
  readonly lines: readonly { readonly task: number; readonly stream: string; readonly text: string }[]
  readonly total: number
  readonly ended: boolean
}

const lookEveryMs = 700
const linesAtOnce = 1_000

const endCodes: Readonly<Record<string, ExitCode>> = {
  succeeded: exitCodes.done,
  failed: exitCodes.deployFailed,
  rejected: exitCodes.notDone,
  cancelled: exitCodes.notDone,
  superseded: exitCodes.notDone,
}

/** 90, 90s, 10m or 2h in milliseconds. */
export function durationOf(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)(s|m|h)?$/.exec(text) ?? []
  if (amount === undefined) throw new UsageError(`${text} is no time: say 90s, 10m or 2h.`)
  return Number(amount) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

export const deployPath = (org: string, number: number): string => `${inOrg(org)}/deploys/${number}`

interface FollowAsk {
  readonly org: string
  readonly number: number
  readonly timeoutMs: number
  /** Live lines go here; nothing where the answer is for a program. */
  readonly tell: (line: string) => void
  readonly stopsAtApproval?: boolean
}

/** Stays until the deploy has ended, and tells its log as it comes. */
export async function follow(client: Client, ask: FollowAsk): Promise<Outcome> {
  const { org, number, tell } = ask
  const until = Date.now() + ask.timeoutMs
  let [told, from] = ['', 0]
  const lineOf = logWords()
  for (;;) {
    const deploy = await client.get<Deploy>(deployPath(org, number))
    if (deploy.state !== told)
      tell(
        `${paint('●', 'blue')} #${number} ${stateWord(deploy.state)}${deploy.state === 'awaiting_approval' ? `: tengen approve ${number}` : ''}`,
      )
    told = deploy.state
    const page = await client.get<LogPage>(`${deployPath(org, number)}/log`, { from, limit: linesAtOnce })
    for (const line of page.lines) tell(lineOf(line))
    from += page.lines.length
    if (deploy.endedAt && from >= page.total) return ended(deploy)
    if (Date.now() > until)
      return {
        code: told === 'awaiting_approval' ? exitCodes.waiting : exitCodes.timeout,
        lines: [`#${number} is still ${told.replaceAll('_', ' ')}. It goes on: tengen wait ${number}`],
        json: deploy,
      }
    if (page.lines.length < linesAtOnce) await sleep(lookEveryMs)
  }
}

/** Tasks speak at the same time: each line says of which it is, as its section began. */
function logWords(): (line: LogPage['lines'][number]) => string {
  const names = new Map<number, string>()
  return ({ task, stream, text }) => {
    if (stream !== 'section') return `  ${names.has(task) ? paint(`[${names.get(task)}] `, 'dim') : ''}${text}`
    names.set(task, (text.split(' · ')[0] ?? text).toLowerCase())
    return paint(text, 'bold')
  }
}

function ended(deploy: Deploy): Outcome {
  const code = endCodes[deploy.state] ?? exitCodes.failed
  return { code, lines: [`#${deploy.number} ${stateWord(deploy.state)}`], json: deploy }
}
