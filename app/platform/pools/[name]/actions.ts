'use server'

import { action } from '@/app/_server/action'
import { SetInitPoliciesSchema, setInitPolicies } from '@/lib/init/set-init-policies'
import { OfferPoolSchema, offerPool } from '@/lib/quotas/offer-pool'

export const savePolicies = action(SetInitPoliciesSchema, setInitPolicies)
export const offer = action(OfferPoolSchema, offerPool)
