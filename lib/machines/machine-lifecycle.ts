import type { MachineState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** yiqiu's states and words (5-model 2). `clear_fault` returns to `stateBefore`, so it is one row for each. */
export const machineLifecycle = defineLifecycle<MachineState>()({
  join: { from: [], to: 'new', when: 'an agent joined with a token' },
  init: { from: ['new'], to: 'inited', when: 'every init policy of the pool passed' },
  bring_online: { from: ['inited'], to: 'ready', when: 'an operator lets it take units' },
  stand_by: { from: ['ready'], to: 'inited', when: 'cordon: keeps its units, takes no new ones' },
  report_fault: {
    from: ['inited', 'ready'],
    to: 'error_detected',
    when: 'a sign of trouble that is a fault has lasted (not heard, its disk cannot be written), or an operator says so',
  },
  clear_fault_inited: { from: ['error_detected'], to: 'inited', when: 'well again for long enough; it was inited before' },
  clear_fault_ready: { from: ['error_detected'], to: 'ready', when: 'well again for long enough; it was ready before' },
  units_moved: { from: ['error_detected'], to: 'error', when: 'no unit is left on it' },
  abandon_units: { from: ['error_detected'], to: 'error', when: 'an operator gives its units up; each goes into the ledger' },
  repaired: { from: ['error'], to: 'new', when: 'an operator repaired it' },
  retire: { from: ['error', 'inited'], to: 'offline', when: 'taken out of service; it has no units' },
  return: { from: ['offline'], to: 'new', when: 'put back into service' },
  remove: { from: ['new', 'offline'], to: 'offline', when: 'gone: its key is forgotten, only the history of its units still names it' },
})

export type MachineEvent = keyof typeof machineLifecycle.table
