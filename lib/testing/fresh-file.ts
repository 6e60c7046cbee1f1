import { clock } from '@/lib/clock'

// Files that share their modules share clock and environment as well: each begins at the present, and as the run began.
clock.reset()
const worker = globalThis as { environmentAtFirst?: NodeJS.ProcessEnv }
const first = (worker.environmentAtFirst ??= { ...process.env })
for (const name of Object.keys(process.env)) if (!(name in first)) delete process.env[name]
Object.assign(process.env, first)
