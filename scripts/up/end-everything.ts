import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { stopCluster } from '@/lib/db/embedded-postgres'
import { agentEnvironment, agentsFolder, demoAgents } from './demo-agents'
import type { Home } from './home'
import type { State } from './lock'
import { endProcess } from './process-mark'

const stopUnitsMs = 30_000

/** Ends the programs that the agents of this folder look after: they outlive their agents on purpose. */
export async function stopUnits(home: Home, say: (line: string) => void): Promise<void> {
  if (!existsSync(home.agents)) return
  const folder = agentsFolder(home)
  const agent = path.join(home.root, 'dist/agent.mjs')
  const homes = demoAgents.map(({ machineName }) => path.join(folder, machineName)).filter((one) => existsSync(path.join(one, 'state')))
  await Promise.all(
    homes.map(async (one) => {
      const code = await run([agent, 'stop-all', '--home', one])
      if (code !== 0) say(`the units below ${one} could not all be stopped`)
    }),
  )
}

const run = (args: string[]): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: 'ignore',
      env: agentEnvironment() as NodeJS.ProcessEnv,
      timeout: stopUnitsMs,
      killSignal: 'SIGKILL',
    })
    child.once('error', () => resolve(1))
    child.once('exit', resolve)
  })

/** Processes that a dead supervisor left behind. Agents are ended too; their units stay, and the next agents take them over. */
export async function endLeftovers(state: State | undefined): Promise<number> {
  const children = state?.children ?? []
  await Promise.all(children.map((child) => endProcess(child, 5_000)))
  return children.length
}

/** Everything of this folder, without a supervisor's help. */
export async function endEverything(home: Home, state: State | undefined, say: (line: string) => void): Promise<void> {
  await endLeftovers(state)
  await stopUnits(home, say)
  stopCluster(home.root, home.postgres)
}
