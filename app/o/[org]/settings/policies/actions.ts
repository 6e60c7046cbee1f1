'use server'

import { action } from '@/app/_server/action'
import { previewPolicy as preview } from '@/lib/policies/preview-policy'
import { PolicyAskSchema, SetPolicySchema, setPolicy as set } from '@/lib/policies/set-policy'
import { SetStandingSchema, setStanding as standing } from '@/lib/policies/set-standing'

export const previewPolicy = action(PolicyAskSchema, preview)
export const setPolicy = action(SetPolicySchema, set)
export const setStanding = action(SetStandingSchema, standing)
