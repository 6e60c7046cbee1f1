'use server'

import { action } from '@/app/_server/action'
import { SetInitPoliciesSchema, setInitPolicies } from '@/lib/init/set-init-policies'

export const savePolicies = action(SetInitPoliciesSchema, setInitPolicies)
