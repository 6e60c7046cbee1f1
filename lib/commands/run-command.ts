import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { db, type Tx } from '@/lib/db/client'
import type { DeployRecord, Service } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { approvalFor } from '@/lib/deploys/approval-rules'
import { AppError, notFound } from '@/lib/errors'
import { contentOf } from './command-request'
import { unitTargets } from './find-targets'
import { openCommand } from './open-command'
import { type CommandPlan, planCommand } from './plan-command'
import type { CommandPreview, RunCommandAsk } from './views'

export interface OpenedCommand {
  readonly recordId: string
  readonly number: number
}

/** One command on units of a service, each in its folder as its application; the targets are those of the preview or none. */
export async function runCommand(actor: Actor, ask: RunCommandAsk): Promise<OpenedCommand> {
  return transaction(async (tx) => {
    const { plan, service } = await planFor(tx, actor, ask)
    insistSame(plan, ask.expectedHash)
    const record = await openCommand(tx, actor, {
      plan,
      kind: 'command',
      timeoutMs: ask.timeoutSeconds * 1000,
      request: { command: contentOf(ask), targets: plan.targets.length },
      parallel: ask.parallel,
      failuresAllowed: ask.failuresAllowed,
      service,
      name: service.name,
      reason: ask.reason,
      retryOfId: ask.again ? (await earlierOf(tx, service.organizationId, ask.again)).id : null,
    })
    return { recordId: record.id, number: record.number }
  })
}

/** The same as it would be sent now. Nothing is written. */
export async function previewCommand(actor: Actor, ask: RunCommandAsk): Promise<CommandPreview> {
  const { plan, service } = await planFor(db, actor, ask)
  const { environment } = plan
  return previewOf(
    plan,
    await approvalFor(actor, { organizationId: service.organizationId, applicationId: service.applicationId, environment }),
  )
}

export const previewOf = (plan: CommandPlan, approval: CommandPreview['approval']): CommandPreview => ({
  expectedHash: plan.hash,
  environment: plan.environment,
  targets: plan.targets.map((target) => target.view),
  leftOut: plan.leftOut.map((target) => target.view),
  approval,
})

export function insistSame({ hash }: Pick<CommandPlan, 'hash'>, expectedHash: string | undefined): void {
  if (expectedHash && expectedHash !== hash)
    throw new AppError('plan_changed', 'The targets are not those you looked at. Look at them again.', {
      expected: expectedHash,
      actual: hash,
    })
}

/** The command that another one follows. */
export async function earlierOf(tx: Tx, organizationId: string | null, number: number): Promise<DeployRecord> {
  const record = await tx.deployRecord.findFirst({ where: { organizationId, number, kind: 'command' } })
  if (!record) throw notFound('This command')
  return record
}

export async function findStage(tx: Tx, ask: Pick<RunCommandAsk, 'organization' | 'application' | 'name' | 'environment'>) {
  const { organization, application, name, environment } = ask
  const found = await tx.organization.findUnique({
    where: { slug: organization, archivedAt: null },
    select: { id: true, applications: { where: { slug: application }, select: { id: true } } },
  })
  const applicationId = found?.applications[0]?.id
  return applicationId
    ? tx.stage.findFirst({ where: { environment, service: { applicationId, name, removedAt: null } }, include: { service: true } })
    : null
}

async function planFor(tx: Tx, actor: Actor, ask: RunCommandAsk): Promise<{ plan: CommandPlan; service: Service }> {
  const stage = await findStage(tx, ask)
  if (!stage) throw notFound('This service')
  const { service } = stage
  authorize(actor, 'command.run', ofService(service), 'This service')
  const found = await unitTargets(tx, { stageId: stage.id, serviceName: service.name, unitIds: ask.unitIds })
  if (ask.unitIds && found.length < new Set(ask.unitIds).size) throw notFound('This unit')
  const { parallel, failuresAllowed } = ask
  const subject = { organization: ask.organization, application: ask.application, service: service.name }
  return { plan: planCommand({ subject, command: contentOf(ask), parallel, failuresAllowed, found }), service }
}
