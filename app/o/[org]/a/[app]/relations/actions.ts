'use server'

import { action } from '@/app/_server/action'
import { AddExternalSchema, addExternal as add, RemoveExternalSchema, removeExternal as remove } from '@/lib/relations/external-services'

export const addExternal = action(AddExternalSchema, add)
export const removeExternal = action(RemoveExternalSchema, remove)
