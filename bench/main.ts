import { parseArgs } from 'node:util'
import { report } from './report'
import { Missing } from './requirements'
import type { Settings } from './settings'

/** Loaded when asked for: one benchmark does not need another's tools. */
const benches = {
  fanout: async () => (await import('./fanout/fanout')).fanout,
  logs: async () => (await import('./logs/logs')).logs,
  pages: async () => (await import('./pages/pages')).pages,
  api: async () => (await import('./api/api')).api,
  fleet: async () => (await import('./fleet/fleet')).fleet,
  relations: async () => (await import('./relations/relations')).relations,
  idle: async () => (await import('./idle/idle')).idle,
  schedule: async () => (await import('./schedule/schedule')).schedule,
  apply: async () => (await import('./apply/apply')).apply,
  observe: async () => (await import('./observe/observe')).observe,
  live: async () => (await import('./live/live')).live,
  audit: async () => (await import('./audit/audit')).audit,
} as const
type Name = keyof typeof benches
const isName = (name: string): name is Name => name in benches

const usage = `npm run bench -- [${Object.keys(benches).join('] [')}] [--hosts 50] [--agents 5000] [--rounds 3] [--alone] [--profile FOLDER]`

function readSettings(): { names: Name[]; settings: Settings } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      hosts: { type: 'string', default: '50' },
      agents: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '3' },
      alone: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  const [hosts, agents, rounds] = [Number(values.hosts), Number(values.agents), Number(values.rounds)]
  const isWithin = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most
  const unknown = positionals.filter((name) => !isName(name))
  const isWrong = unknown.length > 0 || !isWithin(hosts, 0, 400) || !isWithin(agents, 0, 10_000) || !isWithin(rounds, 1, 100)
  if (isWrong) throw new Missing(usage)
  const names = positionals.filter(isName)
  return {
    names: names.length > 0 ? names : (Object.keys(benches) as Name[]),
    settings: { hosts, agents, rounds, alone: values.alone, profile: values.profile },
  }
}

async function main(): Promise<void> {
  const { names, settings } = readSettings()
  let refused = 0
  for (const name of names) {
    const began = new Date()
    try {
      const bench = await benches[name]()
      report(await bench(settings), began)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      console.error(`${name}: ${error.message}`)
      refused++
    }
  }
  process.exit(refused === 0 ? 0 : 2)
}

main().catch((error: unknown) => {
  console.error(error instanceof Missing ? error.message : error)
  process.exit(1)
})
