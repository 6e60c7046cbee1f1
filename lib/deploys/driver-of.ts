import type { Runtime, Service } from '@/lib/db/generated/client'
import { isWorkloadDriver, type UnitDriver, type WorkloadDriver } from '@/lib/drivers/driver'
import { makeEntryDriver } from '@/lib/drivers/entry/entry-driver'
import { makeKubernetesDriver } from '@/lib/drivers/kubernetes/kubernetes-driver'
import { makeMachineDriver } from '@/lib/drivers/machine/machine-driver'
import { makePracticeDriver } from '@/lib/drivers/practice/practice-driver'
import { machineDesk } from '@/lib/machines/machine-desk'
import { reportPractice } from '@/lib/machines/report-practice'
import { entryDesk } from '@/lib/routes/entry-desk'
import { kubernetesDesk } from '@/lib/workloads/kubernetes-desk'

const drivers: Record<string, UnitDriver | WorkloadDriver> = {
  machine: makeMachineDriver(machineDesk),
  practice: makePracticeDriver(reportPractice),
  kubernetes: makeKubernetesDriver(kubernetesDesk),
  entry: makeEntryDriver(entryDesk),
}

/** Of a route in a pool, which is carried out by ways in there and not by machines, it is another one. */
export const driverKindOf = (runtime: Pick<Runtime, 'kind' | 'driver'>, { isRoute }: Pick<Service, 'isRoute'>): string =>
  isRoute && runtime.kind === 'pool' ? 'entry' : runtime.driver

/** The registry: a new kind of runtime is a folder, a line here, and the contract test. */
export function driverOf(kind: string): UnitDriver | WorkloadDriver {
  const driver = drivers[kind]
  if (!driver) throw new Error(`No driver is called ${kind}.`)
  return driver
}

/** Of a pool, where the hub places unit by unit. */
export function unitDriverOf(kind: string): UnitDriver {
  const driver = driverOf(kind)
  if (isWorkloadDriver(driver)) throw new Error(`${kind} places its units by itself.`)
  return driver
}

/** Of a cluster, which makes its units by itself. */
export function workloadDriverOf(kind: string): WorkloadDriver {
  const driver = driverOf(kind)
  if (!isWorkloadDriver(driver)) throw new Error(`${kind} places unit by unit.`)
  return driver
}

/** Those whose units the hub places itself. */
export const unitDriverKinds = Object.keys(drivers).filter((kind) => !isWorkloadDriver(driverOf(kind)))
