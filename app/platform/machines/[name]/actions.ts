'use server'

import { action } from '@/app/_server/action'
import { OperateMachineSchema, operateMachine } from '@/lib/machines/operate-machine'

export const moveMachine = action(OperateMachineSchema, operateMachine)
