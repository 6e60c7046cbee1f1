import { existsSync, readFileSync } from 'node:fs'
import { writeBlob } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { currentAgentVersion } from '@/lib/protocol/agent-version'
import { findBuild } from './update-agents'

/** The last line of an agent file (scripts/build.mjs). */
const saidVersion = /^\/\/ tengen-agent (\S{1,50})\n$/m

/**
 * The agent file that came with this hub becomes what machines can be given, also where a hub of before came back with its own. Nothing
 * happens twice.
 */
export async function publishAgent(file: string, givenVersion?: string): Promise<void> {
  if (!existsSync(file)) return
  const bytes = readFileSync(file)
  await transaction(async (tx) => {
    const digest = await writeBlob(tx, bytes, 'text/javascript')
    if ((await findBuild(tx))?.digest === digest) return
    const version = givenVersion ?? saidVersion.exec(bytes.toString('latin1'))?.[1] ?? currentAgentVersion
    const build = { digest, version, sizeBytes: bytes.byteLength, publishedAt: clock.now() }
    await tx.agentBuild.upsert({ where: { digest }, create: build, update: { publishedAt: build.publishedAt } })
  })
}
