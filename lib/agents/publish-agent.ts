import { existsSync, readFileSync } from 'node:fs'
import { writeBlob } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { currentAgentVersion } from '@/lib/protocol/agent-version'

/** The agent file that came with this hub becomes what machines can be given. Nothing happens twice. */
export async function publishAgent(file: string, version = currentAgentVersion): Promise<void> {
  if (!existsSync(file)) return
  const bytes = readFileSync(file)
  await transaction(async (tx) => {
    const digest = await writeBlob(tx, bytes, 'text/javascript')
    const build = { digest, version, sizeBytes: bytes.byteLength, publishedAt: clock.now() }
    await tx.agentBuild.upsert({ where: { digest }, create: build, update: {} })
  })
}
