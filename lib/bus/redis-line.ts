import { Redis } from 'ioredis'
import { env } from '@/lib/env'
import type { Line } from './bus'

const channel = 'tengen_bus'

/** News by Redis: two connections, because a listening one may not send. */
export function redisLine(): Line {
  const connect = (patience: number | null) => {
    const client = new Redis(env().REDIS_URL as string, {
      maxRetriesPerRequest: patience,
      lazyConnect: true,
      retryStrategy: (tries) => Math.min(100 * tries, 1_000),
    })
    // ioredis reconnects by itself; without a listener each try would be printed.
    client.on('error', () => {})
    return client
  }
  const sender = connect(1)
  const listener = connect(null)
  return {
    async send(messages) {
      const batch = sender.pipeline()
      for (const message of messages) batch.publish(channel, message)
      await batch.exec()
    },
    async listen(hear, back) {
      listener.on('message', (_, message: string) => hear(message))
      await listener.subscribe(channel)
      // After a cut ioredis subscribes again before it says that it is ready.
      listener.on('ready', back)
    },
    async close() {
      sender.disconnect()
      listener.disconnect()
    },
  }
}
