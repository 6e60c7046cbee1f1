'use server'

import { action } from '@/app/_server/action'
import { createGroup, previewGroup as previewOf } from '@/lib/groups/create-group'
import { CreateGroupSchema } from '@/lib/groups/schema'

export const previewGroup = action(CreateGroupSchema, previewOf)
export const requestGroup = action(CreateGroupSchema, createGroup)
