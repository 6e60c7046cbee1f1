'use server'

import { action } from '@/app/_server/action'
import { AppointOwnerSchema, appointOwner as appoint } from '@/lib/members/appoint-owner'
import { OrganizationRefSchema } from '@/lib/organizations/keep-organization'
import { restoreOrganization as restore } from '@/lib/organizations/restore-organization'
import { SetOrganizationQuotaSchema, setOrganizationQuota as setQuota } from '@/lib/quotas/set-quota'

export const appointOwner = action(AppointOwnerSchema, appoint)
export const restoreOrganization = action(OrganizationRefSchema, restore)
export const setOrganizationQuota = action(SetOrganizationQuotaSchema, setQuota)
