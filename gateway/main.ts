import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { closeBus } from '@/lib/bus/bus'
import { countingRedis } from '@/lib/bus/counting-redis'
import { connections } from '@/lib/db/client'
import { beatAs } from '@/lib/db/process-heartbeat'
import { env } from '@/lib/env'
import { logger } from '@/lib/logger'
import { serveMetrics } from '@/lib/metrics'
import { routes } from './api/routes'
import { Gateway } from './server'
import { serveAgents } from './ws/agents'
import { serveTerminals } from './ws/terminals'

const log = logger('gateway')
const settings = env()
const endsMs = 3_000

const redis = settings.REDIS_URL ? countingRedis(settings.REDIS_URL) : undefined
const gateway = await Gateway.make({
  pool: connections().pool,
  databaseUrl: settings.DATABASE_URL,
  web: { host: settings.WEB_HOST, port: settings.WEB_PORT },
  names: { trusted: settings.TRUST_PROXY, publicUrl: settings.PUBLIC_URL, publicHosts: settings.PUBLIC_HOSTS },
  routes,
  authorizeTopic,
  staticFolder: path.resolve('.next/static'),
  isDevelopment: settings.NODE_ENV === 'development',
  limits: { api: settings.API_REQUESTS_PER_MINUTE, signIn: settings.SIGN_INS_PER_MINUTE, redis },
})
const stopMetrics = await serveMetrics(settings.METRICS_HOST, settings.METRICS_PORT)
const port = await gateway.listen(settings.GATEWAY_HOST, settings.GATEWAY_PORT)
const heartbeat = beatAs('gateway')
const agents = serveAgents(`${hostname()}:${process.pid}`)
serveTerminals()
log.info({ host: settings.GATEWAY_HOST, port }, 'listening')

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping')
  agents.close()
  await gateway.stop()
  // A database that does not answer keeps nobody from ending: who is missed goes unheard soon.
  await Promise.race([agents.settled(), sleep(endsMs, undefined, { ref: false })])
  await Promise.all([stopMetrics(), heartbeat.stop(), closeBus()])
  redis?.disconnect()
  // Connections to the database end with the process: what is still under way there is said again by who has no answer.
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))
