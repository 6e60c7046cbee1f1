import type { Client } from '@/cli/api/client'
import { organizationOf } from '@/cli/api/place'
import { confirm } from '@/cli/confirm'
import { type Deploy, deployPath, durationOf, follow } from '@/cli/follow'
import { CliError, done, exitCodes, type Outcome, UsageError } from '@/cli/outcome'
import { deploysPath, type Preview, planLines } from '@/cli/plan'
import { stateWord, table } from '@/cli/print'
import { flag, type Given, text, textOf, type Verb } from '@/cli/verb'

interface Row {
  readonly number: number
  readonly state: string
  readonly environment: string
  readonly title: { readonly kind: string; readonly serviceName: string }
  readonly requester: { readonly name: string }
  readonly approvals: { readonly given: number; readonly needed: number }
  readonly createdAt: string
}

export function numberOf(word: string | undefined): number {
  const number = Number(word?.replace(/^#/, ''))
  if (!Number.isSafeInteger(number) || number < 1) throw new UsageError(`${word} is no number of a deploy.`)
  return number
}

async function list({ client, settings, values }: Given): Promise<Outcome> {
  const org = await organizationOf(client, settings)
  const page = await client.get<{ items: Row[] }>(deploysPath(org), {
    limit: textOf(values.limit) ?? '20',
    state: textOf(values.state),
    q: textOf(values.service),
  })
  const rows = page.items.map((one) => [
    `#${one.number}`,
    `${one.title.kind} ${one.title.serviceName}`,
    one.environment,
    stateWord(one.state),
    one.approvals.needed > 0 ? `${one.approvals.given}/${one.approvals.needed}` : '',
    one.requester.name,
    one.createdAt,
  ])
  return done(table(['DEPLOY', 'WHAT', 'ENVIRONMENT', 'STATE', 'APPROVALS', 'BY', 'AT'], rows), page)
}

const acts = { approve: 'Approve', reject: 'Reject', cancel: 'Cancel' } as const

type Planned = Pick<Preview, 'environment'> & { readonly summary: Preview['summary'] | null; readonly approvalRule: Preview['approval'] }

/** The plan that is about to be signed. Another one has another hash, and is refused. */
async function signedLines(client: Client, org: string, deploy: Deploy & Planned): Promise<string[]> {
  const { diff } = await client.get<{ diff: Preview['diff'] | null }>(`${deployPath(org, deploy.number)}/detail`)
  const { summary, environment, approvalRule } = deploy
  return summary ? planLines({ summary, environment, diff: diff ?? [], approval: approvalRule }) : []
}

/** Signs, refuses or ends what a person has looked at. */
const actOn = (act: keyof typeof acts) =>
  async function run({ client, settings, values, args, tell }: Given): Promise<Outcome> {
    const org = await organizationOf(client, settings)
    const number = numberOf(args[0])
    const deploy = await client.get<Deploy & Row & Planned>(deployPath(org, number))
    const what = `#${number} ${deploy.title.kind} ${deploy.title.serviceName} in ${deploy.environment}, asked for by ${deploy.requester.name}`
    const reason = textOf(values.reason)
    if (act === 'reject' && !reason) throw new UsageError('Say why: --reason "…"')
    if (act === 'approve' && !deploy.planHash)
      throw new CliError(`#${number} has no plan to approve.`, `tengen wait ${number} says how it stands.`)
    if (act === 'approve') for (const line of await signedLines(client, org, deploy)) tell(line)
    if (!(await confirm(`${acts[act]} ${what}?`, values.yes === true)))
      return { code: exitCodes.notDone, lines: ['Nothing was done.'], json: { ok: false } }
    const moved = await client.post<{ state: string }>(`${deployPath(org, number)}/${act}`, {
      ...(act === 'approve' ? { planHash: deploy.planHash } : {}),
      ...(reason ? { reason } : {}),
    })
    return done([`#${number} ${stateWord(moved.state)}`], moved)
  }

async function wait({ client, settings, values, args, tell }: Given): Promise<Outcome> {
  const org = await organizationOf(client, settings)
  return follow(client, { org, number: numberOf(args[0]), timeoutMs: durationOf(textOf(values.timeout) ?? '1h'), tell })
}

const actOptions = { yes: { ...flag, short: 'y' }, reason: text } as const
export const deploysVerb: Verb = { options: { limit: text, state: text, service: text }, args: [0, 0], run: list }
export const approveVerb: Verb = { options: actOptions, args: [1, 1], run: actOn('approve') }
export const rejectVerb: Verb = { options: actOptions, args: [1, 1], run: actOn('reject') }
export const cancelVerb: Verb = { options: actOptions, args: [1, 1], run: actOn('cancel') }
export const waitVerb: Verb = { options: { timeout: text }, args: [1, 1], run: wait }
