import { vi } from 'vitest'
import { clock } from '@/lib/clock'

// Files that share their modules share clock and environment as well: each begins at the present, and as the run began.
clock.reset()
const worker = globalThis as { environmentAtFirst?: NodeJS.ProcessEnv }
const first = (worker.environmentAtFirst ??= { ...process.env })
for (const name of Object.keys(process.env)) if (!(name in first)) delete process.env[name]
Object.assign(process.env, first)

/** What is waited for may take its time on a busy machine; a second, as vitest would have it, is no time. */
const patienceMs = 15_000
const waiting = vi as typeof vi & { waitsLonger?: true }
if (!waiting.waitsLonger) {
  const { waitFor } = vi
  vi.waitFor = (work, options) => waitFor(work, typeof options === 'number' ? options : { timeout: patienceMs, ...options })
  waiting.waitsLonger = true
}
