'use server'

import { action } from '@/app/_server/action'
import { SetInitPoliciesSchema, setInitPolicies } from '@/lib/init/set-init-policies'
import { EndRestoreSchema, endRestore as end } from '@/lib/machines/end-restore'
import { ResumeAutomationSchema, resumeAutomation } from '@/lib/machines/resume-automation'
import { SetLossLimitSchema, setLossLimit } from '@/lib/machines/set-loss-limit'
import { OfferPoolSchema, offerPool } from '@/lib/quotas/offer-pool'

export const savePolicies = action(SetInitPoliciesSchema, setInitPolicies)
export const limitLoss = action(SetLossLimitSchema, setLossLimit)
export const endRestore = action(EndRestoreSchema, end)
export const resumePool = action(ResumeAutomationSchema, resumeAutomation)
export const offer = action(OfferPoolSchema, offerPool)
