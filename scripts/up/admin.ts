import { say } from '@/scripts/progress.mjs'
import { homeAt } from './home'
import { findRunning } from './lock'
import type { UpOptions } from './options'
import { runPrepare } from './run-prepare'
import { runningEnvironment } from './running-environment'

const usage = 'Usage: npx tengen-admin reset-operator    prints a one-time link by which you become an operator'

/** What only somebody who stands at the host may do. */
export async function admin(root: string, { folder, rest }: UpOptions): Promise<number> {
  if (rest.length !== 1 || rest[0] !== 'reset-operator') {
    say(usage)
    return 2
  }
  const running = findRunning(homeAt(root, folder))
  if (!running?.address || !running.databaseUrl) {
    say('Tengen does not run here. Start it with: npm run up')
    return 1
  }
  const env = runningEnvironment(folder, { ...running, databaseUrl: running.databaseUrl })
  const { link } = await runPrepare(root, env, { setupLink: 'reset' })
  say(`${running.address}${link}`)
  return 0
}
