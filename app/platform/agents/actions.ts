'use server'

import { action } from '@/app/_server/action'
import { previewAgentUpdate, updateAgents } from '@/lib/agents/update-agents'
import { UpdateAgentsSchema } from '@/lib/agents/views'

export const lookAtUpdate = action(UpdateAgentsSchema, previewAgentUpdate)
export const sendUpdate = action(UpdateAgentsSchema, updateAgents)
