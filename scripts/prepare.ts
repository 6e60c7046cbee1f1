import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { createDemoLink } from '@/lib/accounts/create-demo-link'
import { createSetupLink } from '@/lib/accounts/setup-link'
import { systemActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { registerDemoCluster } from '@/lib/clusters/register-demo-cluster'
import { connections, db } from '@/lib/db/client'
import { migrate } from '@/lib/db/migrate'
import { endRestoredDeploys } from '@/lib/deploys/end-restored'
import { env } from '@/lib/env'
import { beginRestore } from '@/lib/machines/begin-restore'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { seed } from '@/prisma/seed'

/**
 * What has to be done with the database before processes start, in one process that ends: the schema engine leaves a timer
 * behind. Takes its orders as JSON on stdin and answers as JSON on the last line of stdout.
 */
const OrdersSchema = z.object({
  root: z.string(),
  migrate: z.boolean().default(false),
  upTo: z.array(z.string()).optional(),
  beginRestore: z.boolean().default(false),
  seed: z.boolean().default(false),
  /** Agents that have not joined yet. */
  join: z.array(z.object({ runtimeName: z.string(), machineName: z.string() })).default([]),
  link: z.boolean().default(false),
  cluster: z.object({ name: z.string(), kubeconfig: z.string() }).optional(),
  /** The link that makes an operator: `first` only where there is none. */
  setupLink: z.enum(['first', 'reset']).optional(),
})

export interface Prepared {
  applied: string[]
  tokens: Record<string, string>
  link: string | null
}

async function prepare(): Promise<Prepared> {
  const orders = OrdersSchema.parse(JSON.parse(readFileSync(0, 'utf8')))
  const { DATABASE_URL, DATABASE_OWNER_URL } = env()
  const result: Prepared = { applied: [], tokens: {}, link: null }
  if (orders.migrate) {
    const { applied } = await migrate({
      root: orders.root,
      ownerUrl: DATABASE_OWNER_URL ?? DATABASE_URL,
      applicationUrl: DATABASE_URL,
      upTo: orders.upTo,
    })
    result.applied = [...applied]
  }
  if (orders.beginRestore) {
    await beginRestore()
    await endRestoredDeploys()
  }
  if (orders.seed) await seed(undefined, { isDemo: env().DEMO })
  for (const { runtimeName, machineName } of orders.join)
    result.tokens[machineName] = (await createJoinToken(systemActor('prepare'), { pool: runtimeName, machineName })).token
  if (orders.cluster) await registerDemoCluster(orders.cluster.name, readFileSync(orders.cluster.kubeconfig, 'utf8'))
  if (orders.link) result.link = (await createDemoLink()).path
  if (orders.setupLink) result.link = (await createSetupLink({ isReset: orders.setupLink === 'reset' }))?.path ?? null
  return result
}

try {
  const prepared = await prepare()
  await closeBus()
  await db.$disconnect()
  await connections().pool.end()
  process.stdout.write(`\n${JSON.stringify(prepared)}\n`, () => process.exit(0))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, () => process.exit(1))
}
