import { see } from '@/app/_server/see'
import { AgentsPage } from '@/components/agents/agents-page'
import { getAgents } from '@/lib/agents/get-agents'
import { lookAtUpdate, sendUpdate } from './actions'

export const metadata = { title: 'Agents' }

export default async function Page() {
  const seen = await see(getAgents)
  if (!seen.ok) return seen.denied
  return <AgentsPage view={seen.data} actions={{ preview: lookAtUpdate, update: sendUpdate }} />
}
