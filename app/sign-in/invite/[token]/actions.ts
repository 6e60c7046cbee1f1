'use server'

import { action } from '@/app/_server/action'
import { AcceptInvitationSchema, acceptInvitation as accept } from '@/lib/members/invite'

export const acceptInvitation = action(AcceptInvitationSchema, accept)
