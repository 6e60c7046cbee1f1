'use server'

import { action } from '@/app/_server/action'
import { OfferJoinSchema } from '@/lib/machines/join-views'
import { offerJoin } from '@/lib/machines/offer-join'
import { RevokeJoinTokenSchema, revokeJoinToken } from '@/lib/machines/revoke-join-token'

export const makeJoinLine = action(OfferJoinSchema, offerJoin)
export const revokeToken = action(RevokeJoinTokenSchema, revokeJoinToken)
