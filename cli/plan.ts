import type { Client } from './api/client'
import { inOrg } from './api/place'
import { confirm } from './confirm'
import { durationOf, follow } from './follow'
import { CliError, done, exitCodes, type Outcome } from './outcome'
import { paint } from './print'
import { flag, type Given, text, textOf } from './verb'

interface DiffFile {
  readonly path: string
  readonly kind: string
  readonly before: string | null
  readonly after: string | null
}

export interface Preview {
  readonly expectedHash: string
  readonly environment: string
  readonly summary: {
    readonly counts: Readonly<Record<string, number>>
    readonly tasks: number
    readonly warnings: readonly { readonly code: string; readonly message?: string }[]
    readonly dataLost: readonly { readonly unitName: string; readonly path: string }[]
  }
  readonly diff: readonly { readonly units: readonly string[]; readonly files: readonly DiffFile[] }[]
  readonly approval: { readonly needed: number; readonly mayApprove: readonly { readonly name: string }[] }
}

/** What every verb that asks for a deploy takes. */
export const planOptions = {
  plan: flag,
  yes: { ...flag, short: 'y' },
  wait: flag,
  timeout: text,
  reason: text,
} as const

const fileLine = ({ path, kind, before, after }: DiffFile): string => {
  if (kind === 'fact') return `    ${path}: ${before ?? '-'} → ${after ?? '-'}`
  return `    ${path}: ${before === null ? 'new' : after === null ? 'removed' : kind === 'secret' ? 'another secret' : 'changed'}`
}

/** What will happen, as lines. */
export function planLines({ environment, summary, diff, approval }: Omit<Preview, 'expectedHash'>): string[] {
  const counts = Object.entries(summary.counts).filter(([, count]) => count > 0)
  const needed =
    approval.needed > 0
      ? `${approval.needed} approval${approval.needed > 1 ? 's' : ''} needed: ${approval.mayApprove.map((one) => one.name).join(', ') || 'nobody else'}`
      : 'no approval needed'
  return [
    `${paint('Plan', 'bold')} for ${environment}: ${counts.map(([verb, count]) => `${verb} ${count}`).join(', ') || 'no unit'}; ${summary.tasks} tasks; ${needed}`,
    ...diff.flatMap(({ units, files }) => [`  ${units.join(', ') || 'the service'}`, ...files.map(fileLine)]),
    ...summary.dataLost.map((one) => paint(`  data lost: ${one.unitName} ${one.path}`, 'red')),
    ...summary.warnings.map((one) => paint(`  ${one.message ?? one.code.replaceAll('_', ' ')}`, 'amber')),
  ]
}

interface Change {
  readonly org: string
  /** Where it is asked for; `/preview` behind it says the plan. */
  readonly path: string
  readonly body: object
}

const hour = '1h'

/** Look, ask, send exactly what was looked at, and stay until it has ended: whichever of that was asked for. */
export async function plannedChange(given: Given, change: Change): Promise<Outcome> {
  const { client, values, tell } = given
  const timeoutMs = durationOf(textOf(values.timeout) ?? hour)
  const preview = await previewOf(client, change)
  if (!preview) return done(['Nothing to do: it is as you ask for.'], { ok: true, nothingToDo: true })
  if (values.plan) return done(planLines(preview), preview)
  for (const line of planLines(preview)) tell(line)
  if (!(await confirm('Go on?', values.yes === true)))
    return { code: exitCodes.notDone, lines: ['Nothing was asked for.'], json: { ok: false } }
  const reason = textOf(values.reason)
  const opened = await client.post<{ number: number; recordId: string }>(change.path, {
    ...change.body,
    expectedHash: preview.expectedHash,
    ...(reason ? { reason } : {}),
  })
  if (!values.wait) return done([`#${opened.number} ${client.url}/o/${encodeURIComponent(change.org)}/deploys/${opened.number}`], opened)
  return follow(client, { org: change.org, number: opened.number, timeoutMs, tell })
}

/** The plan; null where everything already is as asked. */
export async function previewOf(client: Client, { path, body }: Pick<Change, 'path' | 'body'>): Promise<Preview | null> {
  try {
    return await client.post<Preview>(`${path}/preview`, body)
  } catch (error) {
    if (error instanceof CliError && (error.details as { code?: string } | undefined)?.code === 'nothing_to_do') return null
    throw error
  }
}

export const deploysPath = (org: string): string => `${inOrg(org)}/deploys`
