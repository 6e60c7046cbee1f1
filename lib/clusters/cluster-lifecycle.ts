import type { ClusterState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** 5-model 2. `maintain` keeps nothing of what it was: the next look after its end says what it is. */
export const clusterLifecycle = defineLifecycle<ClusterState>()({
  add: { from: [], to: 'ready', when: 'an operator added it, and it answered' },
  lose: { from: ['ready'], to: 'offline', when: 'it has not answered for long enough, or does not let the hub in any more' },
  find: { from: ['offline'], to: 'ready', when: 'it answers again' },
  maintain: { from: ['ready', 'offline'], to: 'maintaining', when: 'an operator works on it: its silence is no news' },
  end_maintenance: { from: ['maintaining'], to: 'ready', when: 'the operator is done; the next look says whether it answers' },
})

export type ClusterEvent = keyof typeof clusterLifecycle.table
