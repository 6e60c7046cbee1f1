'use server'

import { action } from '@/app/_server/action'
import { EndOthersSchema, EndSessionSchema, endSession as end, endOtherSessions as endOthers } from '@/lib/accounts/end-session'
import { createOrganization as create, NewOrganizationSchema, OrganizationRefSchema } from '@/lib/organizations/keep-organization'
import { restoreOrganization as restore } from '@/lib/organizations/restore-organization'

export const createOrganization = action(NewOrganizationSchema, create)
export const restoreOrganization = action(OrganizationRefSchema, restore)
export const endSession = action(EndSessionSchema, end)
export const endOtherSessions = action(EndOthersSchema, endOthers)
