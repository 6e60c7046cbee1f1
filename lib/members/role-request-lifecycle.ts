import type { RoleRequestState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

export const roleRequestLifecycle = defineLifecycle<RoleRequestState>()({
  ask: { from: [], to: 'asked', when: 'a member lacks a permission and asks for the role that has it' },
  grant: { from: ['asked'], to: 'granted', when: 'somebody who may give the role gives it' },
  refuse: { from: ['asked'], to: 'refused', when: 'somebody who may give the role does not, and says why' },
  withdraw: { from: ['asked'], to: 'withdrawn', when: 'it is needed no more' },
})

export type RoleRequestEvent = keyof typeof roleRequestLifecycle.table
