import { closeBus } from '@/lib/bus/bus'
import { db, pool } from '@/lib/db/client'
import { beatAs } from '@/lib/db/process-heartbeat'
import { logger } from '@/lib/logger'
import { startObservers } from './start-observers'

const log = logger('observers')
const heartbeat = beatAs('observer')
const observers = startObservers(heartbeat.id)
log.info({ id: heartbeat.id }, 'watching')

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping')
  await observers.stop()
  await Promise.all([heartbeat.stop(), closeBus()])
  await db.$disconnect()
  await pool.end()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))
