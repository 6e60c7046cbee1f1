'use server'

import { action } from '@/app/_server/action'
import { BlockUserSchema, blockUser as block, UnblockUserSchema, unblockUser as unblock } from '@/lib/accounts/block-user'

export const blockUser = action(BlockUserSchema, block)
export const unblockUser = action(UnblockUserSchema, unblock)
