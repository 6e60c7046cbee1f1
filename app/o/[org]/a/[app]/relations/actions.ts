'use server'

import { action } from '@/app/_server/action'
import { changeGroup, previewGroupChange } from '@/lib/groups/change-group'
import { ChangeGroupSchema } from '@/lib/groups/schema'
import { OfferRefSchema } from '@/lib/relations/about-offer'
import { acceptOffer as accept } from '@/lib/relations/accept-offer'
import { ChangeExternalSchema, changeExternal as change } from '@/lib/relations/change-external'
import { endOffer as end } from '@/lib/relations/end-offer'
import { AddExternalSchema, addExternal as add, RemoveExternalSchema, removeExternal as remove } from '@/lib/relations/external-services'
import { OfferRelationSchema, offerRelation as offer } from '@/lib/relations/offer-relation'

export const addExternal = action(AddExternalSchema, add)
export const changeExternal = action(ChangeExternalSchema, change)
export const removeExternal = action(RemoveExternalSchema, remove)
export const offerRelation = action(OfferRelationSchema, offer)
export const acceptOffer = action(OfferRefSchema, accept)
export const endOffer = action(OfferRefSchema, end)
export const previewGroup = action(ChangeGroupSchema, previewGroupChange)
export const requestGroup = action(ChangeGroupSchema, changeGroup)
