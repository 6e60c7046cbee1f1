'use server'

import { action } from '@/app/_server/action'
import { createOwnToken as create } from '@/lib/tokens/create-token'
import { revokeOwnToken as revoke } from '@/lib/tokens/revoke-token'
import { CreateOwnTokenSchema, RevokeOwnTokenSchema } from '@/lib/tokens/schema'

export const createOwnToken = action(CreateOwnTokenSchema, create)
export const revokeOwnToken = action(RevokeOwnTokenSchema, revoke)
