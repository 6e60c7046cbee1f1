'use server'

import { action } from '@/app/_server/action'
import { ApproveRequestSchema, approveRequest as approve, RefuseRequestSchema, refuseRequest as refuse } from '@/lib/quotas/decide-request'

export const approveRequest = action(ApproveRequestSchema, approve)
export const refuseRequest = action(RefuseRequestSchema, refuse)
