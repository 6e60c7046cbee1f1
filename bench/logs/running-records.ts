import type { Connections } from '@/lib/db/client'
import { newId } from '@/lib/ids'
import type { Address } from './sender'

/**
 * A running deploy with a task for each of these machines, as the engine leaves it once the agents have accepted: what an
 * agent may speak about. Nothing ever plans or ends it; only its log is looked at.
 */
export async function runningRecord({ db, pool }: Connections, machineIds: readonly string[]): Promise<Address[]> {
  const application = await db.application.findFirstOrThrow({ where: { slug: 'shop' } })
  const { organizationId, id: applicationId } = application
  const pkg = await db.package.findFirstOrThrow({ where: { name: 'greeter' } })
  const name = `logs-${newId().slice(0, 12)}`
  const service = await db.service.create({ data: { organizationId, applicationId, name, packageId: pkg.id } })
  const stage = await db.stage.create({ data: { serviceId: service.id, environment: 'test' } })
  const runtime = await db.runtime.findUniqueOrThrow({ where: { name: 'test' } })
  const placement = await db.placement.create({ data: { stageId: stage.id, runtimeId: runtime.id } })
  const { deployNumber } = await db.organization.update({ where: { id: organizationId }, data: { deployNumber: { increment: 1 } } })
  const places = {
    organizationId,
    applicationId,
    serviceId: service.id,
    stageId: stage.id,
    serviceName: name,
    environment: 'test',
  } as const
  const record = await db.deployRecord.create({
    data: { ...places, number: deployNumber, kind: 'install', state: 'running', request: {}, startedAt: new Date() },
  })
  const targets = { recordId: record.id, placementId: placement.id, runtimeId: runtime.id, fromCount: 0, toCount: machineIds.length }
  const target = await db.deployTarget.create({ data: targets })
  const addresses: Address[] = []
  for (const [index, machineId] of machineIds.entries()) {
    const taskId = newId()
    // A deadline far away, and accepted by its target: no sweep has anything to do with it.
    await pool.query(
      `insert into "Task" (id, "recordId", "targetId", index, layer, verb, "machineId", "dependsOn", expect, "timeoutMs", state, attempt, owner, "acceptedAt", "deadlineAt")
       values ($1, $2, $3, $4, 0, 'switch', $5, '{}', '{"kind":"unit","states":["running"],"contentDigest":null}', 86400000, 'running', 1, 'target:' || $5, now(), now() + interval '1 day')`,
      [taskId, record.id, target.id, index, machineId],
    )
    addresses.push({ recordId: record.id, taskId })
  }
  return addresses
}
