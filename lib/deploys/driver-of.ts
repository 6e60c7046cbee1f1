import { isWorkloadDriver, type UnitDriver, type WorkloadDriver } from '@/lib/drivers/driver'
import { makeKubernetesDriver } from '@/lib/drivers/kubernetes/kubernetes-driver'
import { makeMachineDriver } from '@/lib/drivers/machine/machine-driver'
import { makePracticeDriver } from '@/lib/drivers/practice/practice-driver'
import { machineDesk } from '@/lib/machines/machine-desk'
import { reportPractice } from '@/lib/machines/report-practice'
import { kubernetesDesk } from '@/lib/workloads/kubernetes-desk'

const drivers: Record<string, UnitDriver | WorkloadDriver> = {
  machine: makeMachineDriver(machineDesk),
  practice: makePracticeDriver(reportPractice),
  kubernetes: makeKubernetesDriver(kubernetesDesk),
}

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
