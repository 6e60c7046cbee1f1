import { afterEach, beforeAll, beforeEach } from 'vitest'
import { AgentHub } from './agent-hub'
import { AgentProcess, agentBundle, nextUnitId } from './agent-process'
import { freePort } from './free-port'

interface WithAgent {
  readonly hub: AgentHub
  readonly agent: AgentProcess
  readonly unitId: string
  /** Free for its unit. */
  readonly port: number
}

/** Anew before each test of the file: a hub and an agent that has joined it. Afterwards nothing of them lives. */
export function eachWithAgent(pace: number | undefined, take: (one: WithAgent) => void): void {
  let one: WithAgent
  beforeAll(async () => void (await agentBundle()))
  beforeEach(async () => {
    one = { hub: await AgentHub.start(), agent: AgentProcess.inNewHome(pace), unitId: nextUnitId(), port: await freePort() }
    take(one)
    await one.agent.join(one.hub)
  })
  afterEach(async () => {
    await one.agent.destroy([one.unitId])
    await one.hub.stop()
  })
}
