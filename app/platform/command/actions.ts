'use server'

import { action } from '@/app/_server/action'
import { previewOnMachines, runOnMachines } from '@/lib/commands/run-on-machines'
import { RunOnMachinesSchema } from '@/lib/commands/views'

export const lookOnMachines = action(RunOnMachinesSchema, previewOnMachines)
export const sendToMachines = action(RunOnMachinesSchema, runOnMachines)
