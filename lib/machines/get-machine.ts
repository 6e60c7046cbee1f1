import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { releaseRefs } from '@/lib/deploys/deploy-views'
import { notFound } from '@/lib/errors'
import { readEvents } from '@/lib/events/read-events'
import { initResults, isTooOldForInit } from '@/lib/init/init-results'
import { iso, isoOrNull } from '@/lib/iso-time'
import { listLedger } from '@/lib/ledger/list-ledger'
import { pace } from '@/lib/pace'
import { paths } from '@/lib/paths'
import { presentReleases } from '@/lib/services/present-releases'
import { accountsOf } from './accounts'
import { countFailovers } from './count-failovers'
import { inventoryOf } from './inventory-of'
import { lossOf } from './loss-of'
import { whyNotMove, whyNotTend } from './machine-gate'
import { machineRows } from './machine-rows'
import { type Moving, movingOf } from './moving-of'
import { sizesHeld } from './sizes-held'
import { type MachineUnit, type MachineView, machineActs, machineCares } from './views'

export const GetMachineSchema = z.object({ name: z.string().max(200) })

/** One machine for an operator: state, facts, units and history. */
export async function getMachine(actor: Actor, { name }: z.infer<typeof GetMachineSchema>): Promise<MachineView> {
  authorize(actor, 'machine.see', {}, 'This machine')
  const machine = await db.machine.findFirst({ where: { name, removedAt: null }, include: { runtime: true } })
  if (!machine) throw notFound('This machine')
  const [row] = await machineRows([machine])
  if (!row) throw notFound('This machine')
  const moving = await movingOf(machine)
  const unitList = await unitsOn(actor, machine.id, moving)
  const sum = (key: 'cpuMillis' | 'memoryMib') => unitList.reduce((total, unit) => total + unit[key], 0)
  return {
    ...row,
    stateBefore: machine.stateBefore,
    inventory: inventoryOf(machine),
    inventoryRevision: machine.inventoryRevision,
    facts: factsOf(machine),
    accounts: accountsOf(machine),
    sizes: sizesHeld(machine),
    identity: createHash('sha256').update(machine.signKey).digest('hex'),
    enrolledAt: iso(machine.joinedAt),
    reserved: { cpuMillis: sum('cpuMillis'), memoryMib: sum('memoryMib') },
    capacity: { cpuMillis: machine.cpuMillis, memoryMib: machine.memoryMib },
    unitList,
    acts: actsOf(actor, machine, { units: unitList.length, failovers: await countFailovers(db, machine) }),
    cares: caresOf(actor, machine, moving),
    init: await initResults(machine.id),
    initTooOld: isTooOldForInit(machine),
    loss: lossOf(machine.runtime),
    maintenanceUntil: isoOrNull(machine.maintenanceUntil),
    saidOffAt: isoOrNull(machine.saidOffAt),
    waits: [...moving.waits],
    ledger: (await listLedger(actor, { machine: machine.name })).items,
    history: (await readEvents('machine', machine.id)).map((event) => ({
      ...event,
      name: event.name.replace(/^(machine\.clear_fault)_.*$/, '$1'),
    })),
    unknownAfterMs: pace('unknownAfter'),
    lostAfterMs: pace('faultPatience'),
    asOf: iso(clock.now()),
  }
}

/** Acts that fit the state; one that is only held back by something stays, with its reason. */
function actsOf(actor: Actor, machine: Machine, facts: { units: number; failovers: number }): MachineView['acts'] {
  return machineActs.flatMap((act) => {
    const reason = whyNotMove(actor, act, { machine, ...facts })
    return reason?.code === 'wrong_state' ? [] : [{ act, gate: gateOf(reason), effect: { code: `act_${act}`, values: {} } }]
  })
}

function caresOf(actor: Actor, machine: Machine, moving: Moving): MachineView['cares'] {
  return machineCares.flatMap((care) => {
    const reason = whyNotTend(actor, care, machine)
    return reason?.code === 'wrong_state' ? [] : [{ care, gate: gateOf(reason), effects: moving.effectsOf(care) }]
  })
}

interface Reported {
  os?: string
  kernel?: string
  cpuCount?: number
  memoryMib?: number
  diskMib?: number
  diskFreeMib?: number
  addresses?: string[]
}

function factsOf(machine: Machine): MachineView['facts'] {
  const facts = machine.facts as Reported
  return {
    system: facts.os,
    kernel: facts.kernel,
    cores: facts.cpuCount,
    memoryMib: facts.memoryMib,
    diskMib: facts.diskMib,
    diskFreeMib: machine.diskFreeMib ?? facts.diskFreeMib,
    addresses: facts.addresses,
  }
}

/** Units of every organisation: an operator sees their states, and the way to their pages only where a role allows it. */
async function unitsOn(actor: Actor, machineId: string, { stays }: Moving): Promise<MachineUnit[]> {
  const allocations = await db.allocation.findMany({
    where: { machineId, to: null },
    include: { unit: { include: { stage: { include: { service: true } } } } },
    orderBy: { from: 'desc' },
    take: 500,
  })
  const services = allocations.map((allocation) => allocation.unit.stage.service)
  const organizations = await db.organization.findMany({
    where: { id: { in: services.map((service) => service.organizationId) } },
    include: { applications: { select: { id: true, slug: true } } },
  })
  const present = await presentReleases(allocations.map((allocation) => allocation.unit))
  const refs = await releaseRefs(db, [...present.values()])
  return allocations.map(({ unit, ports, cpuMillis, memoryMib, from }) => {
    const { service, environment } = unit.stage
    const organization = organizations.find((one) => one.id === service.organizationId)
    const application = organization?.applications.find((one) => one.id === service.applicationId)
    const href =
      organization && application && can(actor, 'service.see', service)
        ? paths.service(organization.slug, application.slug, service.name, environment)
        : null
    return {
      id: unit.id,
      name: `${service.name}/${unit.ordinal}`,
      serviceId: service.id,
      href,
      organizationName: organization?.name ?? '',
      state: unit.state,
      transition: unit.transition,
      held: unit.held,
      release: refs.get(present.get(unit.id) ?? '') ?? null,
      port: Object.values(ports as Record<string, number>)[0] ?? null,
      cpuMillis,
      memoryMib,
      since: iso(from),
      stays: stays.get(unit.id) ?? null,
    }
  })
}
