import { Redis } from 'ioredis'
import { logger } from '@/lib/logger'

const log = logger('bus.counting')

export type CountingRedis = Redis

/** Where several processes count together. While it is away, who counts does so alone: nothing waits in a line for it. */
export function countingRedis(url: string): CountingRedis {
  const redis = new Redis(url, { enableOfflineQueue: false })
  redis.on('error', (error) => log.warn({ err: error }, 'Redis is away; each process counts alone'))
  return redis
}
