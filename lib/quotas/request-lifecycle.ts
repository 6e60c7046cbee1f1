import type { QuotaRequestState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

export const requestLifecycle = defineLifecycle<QuotaRequestState>()({
  ask: { from: [], to: 'asked', when: 'an organisation asks for a pool, or for another quota' },
  approve: { from: ['asked'], to: 'approved', when: 'an operator grants it, or another amount' },
  refuse: { from: ['asked'], to: 'refused', when: 'an operator refuses it, with a reason' },
  withdraw: { from: ['asked'], to: 'withdrawn', when: 'who asked needs it no more' },
})

export type RequestEvent = keyof typeof requestLifecycle.table
