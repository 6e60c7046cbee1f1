import type { Resources } from '@/lib/drivers/driver'
import type { Sentence } from '@/lib/views'

export type { Resources }

/** Machines at one address are one host, and have one set of ports; so have all on loopback, whatever their address there. */
export const hostOf = ({ address }: { readonly address: string }): string => (address.startsWith('127.') ? 'loopback' : address)

/** A machine as the planner sees it. */
export interface MachineFacts {
  readonly id: string
  readonly name: string
  readonly runtimeId: string
  readonly address: string
  /** Why it takes no new units now; undefined = it may. */
  readonly whyNot: Sentence | undefined
  readonly capacity: Resources
  readonly used: Resources
  /** Ports of our units, promised ones, and foreign listeners. */
  readonly takenPorts: ReadonlySet<number>
  readonly units: number
  /** Where it stands, and what is said of it; null = nobody has. */
  readonly rack: string | null
  readonly zone: string | null
  readonly labels: Readonly<Record<string, string>>
  /** Its agent can neither give data along nor take them. */
  readonly isTooOldToCopy?: boolean
}
