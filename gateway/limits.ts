import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { CountingRedis } from '@/lib/bus/counting-redis'
import { AppError } from '@/lib/errors'

/** How much is left until when; what the `ratelimit-…` headers say. */
export interface Left {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

export interface LimitOptions {
  /** Requests a minute of one token or person, through this gateway; 0 = as many as they like. */
  readonly api: number
  /** Attempts a minute from one address: to sign in, or with a credential that is none. */
  readonly signIn: number
  /** Given = the attempts are counted for all gateways together. */
  readonly redis?: CountingRedis | undefined
}

const minute = 60

/** Who asks too much waits; nobody else does. */
export class Limits {
  private readonly requests: RateLimiterMemory | undefined
  private readonly attempts: RateLimiterAbstract | undefined

  constructor({ api, signIn, redis }: LimitOptions) {
    if (api > 0) this.requests = new RateLimiterMemory({ points: api, duration: minute, keyPrefix: 'api' })
    if (signIn > 0) this.attempts = attemptsLimiter(signIn, redis)
  }

  /** One request of a token or person. Undefined where nothing is counted. */
  request(key: string): Promise<Left> | undefined {
    return this.requests && take(this.requests, key, (seconds) => `You ask too much at once. Wait ${seconds} s.`)
  }

  /** One attempt from an address: to sign in, or with a credential that is none. Old sessions keep nobody beside them from signing in. */
  async attempt(address: string, kind: 'sign-in' | 'credential'): Promise<void> {
    if (this.attempts)
      await take(this.attempts, `${kind} ${address}`, (seconds) => `Too many attempts from your address. Wait ${seconds} s.`)
  }
}

function attemptsLimiter(points: number, redis: CountingRedis | undefined): RateLimiterAbstract {
  const options = { points, duration: minute, keyPrefix: 'tengen-attempts', inMemoryBlockOnConsumed: points }
  const own = new RateLimiterMemory(options)
  // While Redis is away each gateway counts by itself.
  return redis ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: own, rejectIfRedisNotReady: true }) : own
}

async function take(limiter: RateLimiterAbstract, key: string, says: (seconds: number) => string): Promise<Left> {
  try {
    return leftOf(limiter, await limiter.consume(key))
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    const left = leftOf(limiter, refused)
    throw new AppError('rate_limited', says(left.resetSeconds), { retryAfter: left.resetSeconds, limit: left.limit })
  }
}

const leftOf = ({ points }: RateLimiterAbstract, { remainingPoints, msBeforeNext }: RateLimiterRes): Left => ({
  limit: points,
  remaining: Math.max(0, remainingPoints),
  resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
})

/** Where credentials are tried: providers' answers, and links that are good once. */
export const isAttempt = (path: string): boolean =>
  /^\/api\/auth\/(signin|callback)(\/|$)/.test(path) || /^\/sign-in\/(link|demo|setup|invite|connect)\//.test(path)
