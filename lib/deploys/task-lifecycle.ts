import type { TaskState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** One node of a plan (5-model 2). `claim` is a compare-and-set; settling compares `expect` with observed rows. */
export const taskLifecycle = defineLifecycle<TaskState>()({
  plan: { from: [], to: 'pending', when: 'the plan is stored' },
  release: { from: ['pending'], to: 'ready', when: 'its dependencies ended well and the rolling limit allows it' },
  claim: { from: ['ready'], to: 'running', when: 'a worker takes it' },
  lose_owner: { from: ['running'], to: 'ready', when: 'its worker fell silent before the target accepted; attempt + 1' },
  settle: { from: ['pending', 'running'], to: 'succeeded', when: 'what it expects was observed on the target' },
  fail: { from: ['pending', 'ready', 'running'], to: 'failed', when: 'the target said no, fell into error, or the deadline passed' },
  skip: { from: ['pending', 'ready', 'running'], to: 'skipped', when: 'not needed, deferred, not reached, or its machine was lost' },
  cancel: { from: ['pending', 'ready', 'running'], to: 'cancelled', when: 'the record was cancelled before it ended' },
})

/** Skips that let dependents go on. */
export const harmlessSkips: readonly string[] = ['not_needed', 'deferred']

export const isTaskEnded = (state: TaskState): boolean => taskLifecycle.isFinal(state)
