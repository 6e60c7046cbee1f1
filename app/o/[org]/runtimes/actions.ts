'use server'

import { action } from '@/app/_server/action'
import { AskQuotaSchema, askQuota as ask } from '@/lib/quotas/ask-quota'
import { SetApplicationQuotaSchema, setApplicationQuota as setQuota } from '@/lib/quotas/set-quota'
import { WithdrawRequestSchema, withdrawRequest as withdraw } from '@/lib/quotas/withdraw-request'

export const askQuota = action(AskQuotaSchema, ask)
export const setApplicationQuota = action(SetApplicationQuotaSchema, setQuota)
export const withdrawRequest = action(WithdrawRequestSchema, withdraw)
