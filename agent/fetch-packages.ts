import type { DesiredSet } from '@/lib/protocol/desired'
import { toFailure } from './failure'
import type { UnitContext } from './unit-context'

/** Packages are there before the units that need them; what could not be fetched is told once, and tried again with the next set. */
export async function fetchPackages(
  { cache, reporter }: UnitContext,
  packages: DesiredSet['packages'],
  signal: AbortSignal,
): Promise<void> {
  for (const { digest, sizeBytes, cause } of packages) {
    if (cause ? reporter.isDone(cause) : await cache.has(digest)) continue
    try {
      await cache.ensure({ digest, sizeBytes }, signal)
      await reporter.package(digest, { state: 'cached' })
      await reporter.done(cause, { ok: true })
    } catch (error) {
      if (signal.aborted) return
      const { code, message } = toFailure(error)
      await reporter.package(digest, { state: 'failed', code, message })
      await reporter.done(cause, { ok: false, code, message })
    }
  }
}
