import { vi } from 'vitest'

/** Looks again and again until it holds; what was seen last is told where it never does. */
export const until = <T>(look: () => Promise<T>, holds: (found: T) => boolean, timeout = 60_000): Promise<T> =>
  vi.waitFor(
    async () => {
      const found = await look()
      if (!holds(found)) throw new Error(`It did not come: ${JSON.stringify(found, null, 1).slice(0, 3000)}`)
      return found
    },
    { timeout, interval: 100 },
  )
