'use server'

import { action } from '@/app/_server/action'
import { ReadNoticesSchema, readNotices as read, SetNoticeWaysSchema, setNoticeWays as setWays } from '@/lib/notices/list-notices'

export const readNotices = action(ReadNoticesSchema, read)
export const setNoticeWays = action(SetNoticeWaysSchema, setWays)
