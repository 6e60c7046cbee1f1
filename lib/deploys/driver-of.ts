import type { Driver } from '@/lib/drivers/driver'
import { makeMachineDriver } from '@/lib/drivers/machine/machine-driver'
import { makePracticeDriver } from '@/lib/drivers/practice/practice-driver'
import { machineDesk } from '@/lib/machines/machine-desk'
import { reportPractice } from '@/lib/machines/report-practice'

const drivers: Record<string, Driver> = {
  machine: makeMachineDriver(machineDesk),
  practice: makePracticeDriver(reportPractice),
}

/** The registry: a new kind of runtime is a folder, a line here, and the contract test. */
export function driverOf(kind: string): Driver {
  const driver = drivers[kind]
  if (!driver) throw new Error(`No driver is called ${kind}.`)
  return driver
}

export const driverKinds = Object.keys(drivers)
