'use server'

import { action } from '@/app/_server/action'
import { EndOthersSchema, EndSessionSchema, endSession as end, endOtherSessions as endOthers } from '@/lib/accounts/end-session'

export const endSession = action(EndSessionSchema, end)
export const endOtherSessions = action(EndOthersSchema, endOthers)
