import { db } from '@/lib/db/client'
import type { Machine, Runtime } from '@/lib/db/generated/client'
import { loadUnitsOn, type UnitOn } from '@/lib/deploys/load-units-on'
import { ownFolders, whyNotFailOver, whyNotMigrate } from '@/lib/deploys/why-stays'
import type { Sentence } from '@/lib/views'
import { lossOf } from './loss-of'
import { isLost } from './signals-of'
import type { MachineCare } from './views'

export interface Moving {
  /** Unit → why it stays; null = it may be made again elsewhere. */
  readonly stays: ReadonlyMap<string, Sentence | null>
  readonly waits: readonly Sentence[]
  effectsOf(care: MachineCare): Sentence[]
}

const sentence = (code: string, values: Sentence['values'] = {}): Sentence => ({ code, values })

/** What would become of a machine's units, for its page and before an operator decides. */
export async function movingOf(machine: Machine & { runtime: Runtime }): Promise<Moving> {
  const units = await loadUnitsOn(db, [machine.id])
  const isLost = machine.state === 'error_detected'
  const staysNow = (one: UnitOn) => (isLost ? whyNotFailOver({ ...one, isOff: machine.saidOffAt !== null }) : whyNotMigrate(one))
  const stays = new Map(
    units.map((one) => {
      const code = staysNow(one)
      if (!code && one.component.mode === 'daemon') return [one.unit.id, sentence('stays_daemon_goes')]
      return [one.unit.id, code ? sentence(`stays_${code}`, one.leaseEndsAt ? { at: one.leaseEndsAt.getTime() } : {}) : null]
    }),
  )
  const going = units.filter((one) => stays.get(one.unit.id) === null)
  return {
    stays,
    waits: isLost || machine.drainSince ? await waitsOf(machine, going) : [],
    effectsOf: (care) => effects(care, machine, units),
  }
}

async function waitsOf(machine: Machine & { runtime: Runtime }, going: readonly UnitOn[]): Promise<Sentence[]> {
  if (going.length === 0) return []
  const { runtime } = machine
  const loss = lossOf(runtime)
  if (loss) return [sentence('waits_loss', { lost: loss.lost, of: loss.of })]
  if (runtime.automationOffSince) return [sentence('waits_restore')]
  if (
    machine.state === 'error_detected' &&
    !isLost({ ...machine, signals: await db.machineSignal.findMany({ where: { machineId: machine.id } }) })
  )
    return [sentence('waits_steady')]
  const pauses = await db.automationPause.findMany({
    where: {
      kind: machine.state === 'error_detected' ? 'failover' : 'migrate',
      stageId: { in: going.map(({ unit }) => unit.stageId) },
      code: { not: null },
    },
  })
  return pauses.map((pause) => {
    const service = going.find(({ unit }) => unit.stageId === pause.stageId)?.unit.stage.service.name ?? ''
    const code = pause.code === 'no_capacity' ? 'waits_room' : 'waits_refused'
    return sentence(code, { service, tries: pause.tries, why: pause.message ?? '' })
  })
}

const names = (units: readonly UnitOn[]) => units.map(({ name }) => name).join(', ')

function effects(care: MachineCare, machine: Machine, units: readonly UnitOn[]): Sentence[] {
  if (care === 'drain') return [sentence('care_drain'), ...movesAnd(units, whyNotMigrate)]
  if (care === 'declare_off') {
    return [sentence('care_declare_off'), ...movesAnd(units, (one) => whyNotFailOver({ ...one, isOff: true }))]
  }
  if (care === 'maintain')
    return [sentence('care_maintain'), ...(units.length > 0 ? [sentence('care_units_stay', { count: units.length })] : [])]
  if (care === 'end_maintenance') return [sentence('care_end_maintenance')]
  return [sentence('care_end_drain', { name: machine.name })]
}

/** What goes, and what stays for which reason, by name. */
function movesAnd(units: readonly UnitOn[], why: (one: UnitOn) => string | undefined): Sentence[] {
  const free = units.filter((one) => why(one) === undefined)
  const going = free.filter((one) => one.component.mode !== 'daemon')
  const removed = free.filter((one) => one.component.mode === 'daemon')
  const copied = going.filter((one) => ownFolders(one.component).length > 0)
  const codes = [...new Set(units.flatMap((one) => why(one) ?? []))]
  return [
    ...(going.length > 0 ? [sentence('care_moves', { count: going.length, units: names(going) })] : []),
    ...(copied.length > 0 ? [sentence('care_copies', { units: names(copied) })] : []),
    ...(removed.length > 0 ? [sentence('care_daemons_go', { units: names(removed) })] : []),
    ...codes.map((code) => sentence(`care_stays_${code}`, { units: names(units.filter((one) => why(one) === code)) })),
  ]
}
