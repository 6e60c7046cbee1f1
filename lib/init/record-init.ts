import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { type Machine, Prisma } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import type { InitNews } from '@/lib/protocol/init'
import { isInitCode } from '@/lib/protocol/init-words'
import type { Sentence } from '@/lib/views'
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
    const said = saidOf(news)
    const { count } = await tx.initResult.updateMany({
      where: { machineId, policyId },
      data: { state, message, said: said ? json(said) : Prisma.DbNull, log, at: clock.now() },
    })
    if (count > 0 && state !== 'running') await goOn(tx, machine, news)
  }
  if (items.length > 0) tellLive(tx, ['platform'], 'machine.init')
}

/** A code of a newer agent has no words here; its text stands for it. */
function saidOf({ said }: InitNews): Sentence | undefined {
  return said && isInitCode(said.code) ? { code: `init_${said.code}`, values: said.values } : undefined
}

async function goOn(tx: Tx, machine: Machine, news: InitNews): Promise<void> {
  const { policyId, state, message } = news
  if (state === 'failed') {
    const { check } = await tx.initResult.findUniqueOrThrow({ where: { machineId_policyId: { machineId: machine.id, policyId } } })
    const said = saidOf(news)
    const { code, values } = said ?? { code: 'as_said', values: { text: message } }
    await tx.machine.update({
      where: { id: machine.id },
      data: { initRunId: null, stateReason: code, stateReasonValues: values },
    })
    await writeEvent(tx, agent, {
      name: 'machine.init_failed',
      subject: { kind: 'machine', id: machine.id },
      data: { name: machine.name, policy: (check as { kind: string }).kind, message, ...(said ? { said } : {}) },
    })
    return
  }
  const left = await tx.initResult.count({ where: { machineId: machine.id, state: { not: 'passed' } } })
  if (left === 0 && machine.state === 'new') await inited(tx, agent, machine)
}
