import type { WorkloadState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** A placement in a cluster. How many of its pods answer just now is no state: it is read from the cluster. */
export const workloadLifecycle = defineLifecycle<WorkloadState>()({
  place: { from: [], to: 'none', when: 'its first order was handed over' },
  begin: {
    from: ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'],
    to: 'progressing',
    when: 'another content, a restart, a stop or a start was ordered',
  },
  // Also of what was given up a moment before, should it come to an end after all.
  roll_out: { from: ['progressing', 'failed'], to: 'available', when: 'the newest generation is available, and older pods are gone' },
  halt: { from: ['progressing', 'failed'], to: 'stopped', when: 'it shall not run, and no pod is left' },
  fail: { from: ['progressing', 'removing'], to: 'failed', when: 'the cluster refused it, or its rollout does not come to an end' },
  begin_removal: {
    from: ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'],
    to: 'removing',
    when: 'its removal was ordered',
  },
  let_go: {
    from: ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'],
    to: 'removed',
    when: 'its cluster was removed or forgotten, and it was left there: the ledger says what and where',
  },
  gone: { from: ['removing', 'failed'], to: 'removed', when: 'nothing that was made for it is left' },
})

export type WorkloadEvent = keyof typeof workloadLifecycle.table
