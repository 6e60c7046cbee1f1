'use server'

import { action } from '@/app/_server/action'
import { removeRegistry as dropRegistry, RemoveRegistrySchema } from '@/lib/registries/remove-registry'
import { setRegistry as keepRegistry, SetRegistrySchema } from '@/lib/registries/set-registry'
import { CreateVariableSchema, createVariable as create } from '@/lib/variables/create-variable'
import { RemoveVariableSchema, removeVariable as remove } from '@/lib/variables/remove-variable'
import { RotateVariableSchema, rotateVariable as rotate } from '@/lib/variables/rotate-variable'

export const createVariable = action(CreateVariableSchema, create)
export const rotateVariable = action(RotateVariableSchema, rotate)
export const removeVariable = action(RemoveVariableSchema, remove)
export const setRegistry = action(SetRegistrySchema, keepRegistry)
export const removeRegistry = action(RemoveRegistrySchema, dropRegistry)
