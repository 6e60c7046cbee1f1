import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { contentOf } from './command-request'
import { machineTargets } from './find-targets'
import { openCommand } from './open-command'
import { type CommandPlan, planCommand } from './plan-command'
import { earlierOf, insistSame, type OpenedCommand, previewOf } from './run-command'
import type { CommandPreview, RunOnMachinesAsk } from './views'

/** One command on machines themselves, as their agents: for operators. */
export async function runOnMachines(actor: Actor, ask: RunOnMachinesAsk): Promise<OpenedCommand> {
  return transaction(async (tx) => {
    const plan = await planFor(tx, actor, ask)
    insistSame(plan, ask.expectedHash)
    const record = await openCommand(tx, actor, {
      plan,
      kind: 'command',
      timeoutMs: ask.timeoutSeconds * 1000,
      request: { command: contentOf(ask), targets: plan.targets.length },
      parallel: ask.parallel,
      failuresAllowed: ask.failuresAllowed,
      service: null,
      name: poolsOf(plan).join(', ').slice(0, 200),
      reason: ask.reason,
      retryOfId: ask.again ? (await earlierOf(tx, null, ask.again)).id : null,
    })
    return { recordId: record.id, number: record.number }
  })
}

export async function previewOnMachines(actor: Actor, ask: RunOnMachinesAsk): Promise<CommandPreview> {
  return previewOf(await planFor(db, actor, ask), {
    given: 0,
    needed: 0,
    mayApprove: [],
    none: true,
    secondConfirmationAt: null,
    roles: [],
    version: null,
    shut: null,
  })
}

const poolsOf = ({ targets }: CommandPlan): string[] => [...new Set(targets.map((target) => target.view.runtimeName))].sort()

async function planFor(tx: Tx, actor: Actor, { machines, ...ask }: RunOnMachinesAsk): Promise<CommandPlan> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  const found = await machineTargets(tx, machines)
  if (found.length < new Set(machines).size) throw notFound('This machine')
  const { parallel, failuresAllowed } = ask
  return planCommand({ subject: { platform: 'machines' }, command: contentOf(ask), parallel, failuresAllowed, found })
}
