'use server'

import { action } from '@/app/_server/action'
import { OperateMachineSchema, operateMachine } from '@/lib/machines/operate-machine'
import { ResumeAutomationSchema, resumeAutomation } from '@/lib/machines/resume-automation'
import { TendMachineSchema, tendMachine as tend } from '@/lib/machines/tend-machine'

export const moveMachine = action(OperateMachineSchema, operateMachine)
export const tendMachine = action(TendMachineSchema, tend)
export const resumePool = action(ResumeAutomationSchema, resumeAutomation)
