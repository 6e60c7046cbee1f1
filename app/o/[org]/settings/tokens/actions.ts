'use server'

import { action } from '@/app/_server/action'
import { createToken as create } from '@/lib/tokens/create-token'
import { revokeToken as revoke } from '@/lib/tokens/revoke-token'
import { CreateTokenSchema, RevokeTokenSchema } from '@/lib/tokens/schema'

export const createToken = action(CreateTokenSchema, create)
export const revokeToken = action(RevokeTokenSchema, revoke)
