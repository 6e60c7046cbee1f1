import type { Environment } from '@/lib/db/generated/enums'
import type { PlanSummary } from '@/lib/deploys/plan-views'
import { AppError } from '@/lib/errors'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import type { CommandContent } from '@/lib/protocol/command'
import type { FoundTarget } from './find-targets'

export interface CommandFacts {
  /** Whose units: organisation, application, service; or machines of these pools. */
  readonly subject: Readonly<Record<string, string | readonly string[]>>
  readonly command: CommandContent
  readonly parallel: number | null
  readonly failuresAllowed: number
  readonly found: readonly FoundTarget[]
}

export interface CommandPlan {
  readonly environment: Environment
  readonly targets: readonly FoundTarget[]
  readonly leftOut: readonly FoundTarget[]
  readonly document: Record<string, unknown>
  readonly hash: string
  readonly content: { readonly digest: string; readonly text: string }
  readonly summary: PlanSummary
}

/** Pure: exactly this command on exactly these targets. What is signed is what is sent. */
export function planCommand(facts: CommandFacts): CommandPlan {
  const targets = facts.found.filter((target) => !target.view.whyNot)
  const leftOut = facts.found.filter((target) => target.view.whyNot)
  const environment = targets[0]?.environment
  if (!environment) throw new AppError('conflict', 'There is no target that it could run on now.', { reason: 'no_targets' })
  if (targets.some((target) => target.environment !== environment))
    throw new AppError('invalid', 'These machines are of test and of production; choose those of one.', { reason: 'mixed_environments' })
  const text = canonicalJson(facts.command)
  const document = documentOf(facts, environment, targets)
  return {
    environment,
    targets,
    leftOut,
    document,
    hash: sha256Hex(canonicalJson(document)),
    content: { digest: sha256Hex(text), text },
    summary: summaryOf(facts, targets),
  }
}

const documentOf = (
  { subject, command, parallel, failuresAllowed }: CommandFacts,
  environment: Environment,
  targets: readonly FoundTarget[],
): Record<string, unknown> => ({
  kind: 'command',
  subject,
  environment,
  command,
  targets: targets.map(({ unitName, machineId }) => ({ unit: unitName, machine: machineId })),
  parallel,
  failuresAllowed,
})

const summaryOf = ({ command, parallel, failuresAllowed }: CommandFacts, targets: readonly FoundTarget[]): PlanSummary => ({
  counts: { create: 0, change: 0, restart: 0, replace: 0, remove: 0 },
  tasks: targets.length,
  layers: 1,
  estimateMs: null,
  rolling: null,
  machines: [],
  runtimes: [],
  dependents: [],
  undo: { how: 'none', to: null },
  onFailure: 'stop',
  dataLost: [],
  warnings: [],
  placed: [],
  notChosen: [],
  command: { ...command, parallel, failuresAllowed, targets: targets.length },
})
