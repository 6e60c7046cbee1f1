'use server'

import { action } from '@/app/_server/action'
import { LookAgainSchema, lookAgain as look } from '@/lib/init/look-again'
import { OperateMachineSchema, operateMachine } from '@/lib/machines/operate-machine'
import { ResumeAutomationSchema, resumeAutomation } from '@/lib/machines/resume-automation'
import { SetInventorySchema, setInventory } from '@/lib/machines/set-inventory'
import { TendMachineSchema, tendMachine as tend } from '@/lib/machines/tend-machine'

export const moveMachine = action(OperateMachineSchema, operateMachine)
export const tendMachine = action(TendMachineSchema, tend)
export const lookAgain = action(LookAgainSchema, look)
export const resumePool = action(ResumeAutomationSchema, resumeAutomation)
export const describeMachine = action(SetInventorySchema, setInventory)
