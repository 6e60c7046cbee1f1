'use server'

import { action } from '@/app/_server/action'
import { CreateVariableSchema, createVariable as create } from '@/lib/variables/create-variable'
import { RemoveVariableSchema, removeVariable as remove } from '@/lib/variables/remove-variable'
import { RotateVariableSchema, rotateVariable as rotate } from '@/lib/variables/rotate-variable'

export const createVariable = action(CreateVariableSchema, create)
export const rotateVariable = action(RotateVariableSchema, rotate)
export const removeVariable = action(RemoveVariableSchema, remove)
