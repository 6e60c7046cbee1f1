import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Home, writeSafely } from './home'
import { isLoopback } from './programs'

const KeptSchema = z.object({ listen: z.string() })

interface Ask {
  /** Undefined = nothing was said. */
  readonly listen: string | undefined
  readonly publicUrl: string | undefined
  /** Names it answers to, and proxies it believes; each may be several. */
  readonly publicHosts?: string | undefined
  readonly trustProxy?: string | undefined
}

const isOfOthers = (host: string): boolean => host !== '' && !isLoopback(host.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''))

/**
 * A demo is what only this machine reaches: not by its address, and not through a proxy, which is trusted or gives it a name. What once was none never
 * becomes one, and listens where it did unless something else is said.
 */
export function demoOrNot(
  home: Home,
  { listen: said, publicUrl, publicHosts = '', trustProxy = '' }: Ask,
): { listen: string; isDemo: boolean } {
  const kept = existsSync(home.listens) ? KeptSchema.parse(JSON.parse(readFileSync(home.listens, 'utf8'))) : undefined
  const listen = said ?? kept?.listen ?? '127.0.0.1'
  const names = [publicUrl ? new URL(publicUrl).hostname : '', ...publicHosts.split(',').map((host) => host.trim())]
  const isBehind = trustProxy.trim() !== '' || names.some(isOfOthers)
  const isDemo = !kept && !isBehind && isLoopback(listen)
  if (!isDemo && kept?.listen !== listen) writeSafely(home.listens, JSON.stringify({ listen }), 0o644)
  return { listen, isDemo }
}
