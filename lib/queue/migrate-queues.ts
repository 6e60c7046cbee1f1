import { createPostgresBackend, Queue } from 'bullmq'

/** BullMQ keeps its tables in a schema of its own, so that drift of ours stays visible. */
export async function migrateQueues(ownerUrl: string): Promise<void> {
  const queue = new Queue(
    'migration',
    { connection: { connectionString: ownerUrl, schema: 'bullmq', migrate: true, max: 2 } as never },
    createPostgresBackend as never,
  )
  queue.on('error', () => {})
  try {
    await queue.waitUntilReady()
  } finally {
    await queue.close()
  }
}
