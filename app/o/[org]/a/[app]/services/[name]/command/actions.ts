'use server'

import { action } from '@/app/_server/action'
import { previewCommand, runCommand } from '@/lib/commands/run-command'
import { RunCommandSchema } from '@/lib/commands/views'

export const lookAtCommand = action(RunCommandSchema, previewCommand)
export const sendCommand = action(RunCommandSchema, runCommand)
