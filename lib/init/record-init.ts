import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import type { InitNews } from '@/lib/protocol/init'
import { inited } from './begin-init'

const agent = systemActor('agent')

export interface InitItem {
  readonly machineId: string
  readonly news: InitNews
}

/** What agents found on new machines. Of a look that was begun anew meanwhile nothing counts. The caller holds the machines. */
export async function recordInit(tx: Tx, items: readonly InitItem[]): Promise<void> {
  for (const { machineId, news } of items) {
    const machine = await tx.machine.findUnique({ where: { id: machineId } })
    if (machine?.initRunId !== news.runId) continue
    const { policyId, state, message, log } = news
    const { count } = await tx.initResult.updateMany({
      where: { machineId, policyId },
      data: { state, message, log, at: clock.now() },
    })
    if (count > 0 && state !== 'running') await goOn(tx, machine, news)
  }
  if (items.length > 0) tellLive(tx, ['platform'], 'machine.init')
}

async function goOn(tx: Tx, machine: Machine, { policyId, state, message }: InitNews): Promise<void> {
  if (state === 'failed') {
    const { check } = await tx.initResult.findUniqueOrThrow({ where: { machineId_policyId: { machineId: machine.id, policyId } } })
    await tx.machine.update({
      where: { id: machine.id },
      data: { initRunId: null, stateReason: 'as_said', stateReasonValues: { text: message } },
    })
    await writeEvent(tx, agent, {
      name: 'machine.init_failed',
      subject: { kind: 'machine', id: machine.id },
      data: { name: machine.name, policy: (check as { kind: string }).kind, message },
    })
    return
  }
  const left = await tx.initResult.count({ where: { machineId: machine.id, state: { not: 'passed' } } })
  if (left === 0 && machine.state === 'new') await inited(tx, agent, machine)
}
