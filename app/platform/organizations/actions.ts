'use server'

import { action } from '@/app/_server/action'
import { AppointOwnerSchema, appointOwner as appoint } from '@/lib/members/appoint-owner'
import { OrganizationRefSchema } from '@/lib/organizations/keep-organization'
import { restoreOrganization as restore } from '@/lib/organizations/restore-organization'
import { SetClusterPowersSchema, setClusterPowers as setPowers } from '@/lib/organizations/set-cluster-powers'
import { SetOrganizationQuotaSchema, setOrganizationQuota as setQuota } from '@/lib/quotas/set-quota'

export const setClusterPowers = action(SetClusterPowersSchema, setPowers)
export const appointOwner = action(AppointOwnerSchema, appoint)
export const restoreOrganization = action(OrganizationRefSchema, restore)
export const setOrganizationQuota = action(SetOrganizationQuotaSchema, setQuota)
