'use server'

import { action } from '@/app/_server/action'
import { addProvider as add, changeProvider as change, removeProvider as remove } from '@/lib/sign-in/keep-provider'
import { AddProviderSchema, ChangeProviderSchema, ProviderRefSchema } from '@/lib/sign-in/schema'
import { testProvider as test } from '@/lib/sign-in/test-provider'

export const addProvider = action(AddProviderSchema, add)
export const changeProvider = action(ChangeProviderSchema, change)
export const removeProvider = action(ProviderRefSchema, remove)
export const testProvider = action(ProviderRefSchema, test)
