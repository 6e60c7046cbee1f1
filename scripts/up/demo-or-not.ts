import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Home, writeSafely } from './home'
import { isLoopback } from './programs'

const KeptSchema = z.object({ listen: z.string() })

interface Ask {
  /** Undefined = nothing was said. */
  readonly listen: string | undefined
  readonly publicUrl: string | undefined
}

/**
 * A demo is what only this machine reaches: not by its address, and not through a proxy that gives it a name. What once was none never
 * becomes one, and listens where it did unless something else is said.
 */
export function demoOrNot(home: Home, { listen: said, publicUrl }: Ask): { listen: string; isDemo: boolean } {
  const kept = existsSync(home.listens) ? KeptSchema.parse(JSON.parse(readFileSync(home.listens, 'utf8'))) : undefined
  const listen = said ?? kept?.listen ?? '127.0.0.1'
  const isNamed = publicUrl !== undefined && publicUrl !== '' && !isLoopback(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''))
  const isDemo = !kept && !isNamed && isLoopback(listen)
  if (!isDemo && kept?.listen !== listen) writeSafely(home.listens, JSON.stringify({ listen }), 0o644)
  return { listen, isDemo }
}
