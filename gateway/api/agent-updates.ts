import { getAgents } from '@/lib/agents/get-agents'
import { previewAgentUpdate, updateAgents } from '@/lib/agents/update-agents'
import { AgentsViewSchema, AgentUpdatePreviewSchema, UpdateAgentsSchema } from '@/lib/agents/views'
import { OpenedSchema } from './inputs'
import { route } from './route'

/** Which agents run, and how they come to be this hub's, for operators. */
export const agentUpdateRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/platform/agents',
    summary: 'Agents by pool and version, and the one that came with this hub',
    response: AgentsViewSchema.meta({ id: 'Agents' }),
    handle: ({ actor }) => getAgents(actor),
  }),
  route({
    method: 'POST',
    path: '/api/v1/platform/agent-updates',
    summary: 'Update the agents of a pool in waves',
    body: UpdateAgentsSchema,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, body }) => updateAgents(actor, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/platform/agent-updates/preview',
    summary: 'The machines and waves of an update, without asking for it',
    body: UpdateAgentsSchema,
    response: AgentUpdatePreviewSchema.meta({ id: 'AgentUpdatePreview' }),
    handle: ({ actor, body }) => previewAgentUpdate(actor, body),
  }),
]
