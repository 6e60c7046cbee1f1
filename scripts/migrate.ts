import path from 'node:path'
import { migrate } from '@/lib/db/migrate'
import { env } from '@/lib/env'

// A process of its own: the schema engine leaves a timer behind, and only here the owner's role is needed.
try {
  const { DATABASE_URL, DATABASE_OWNER_URL } = env()
  const root = process.env.TENGEN_ROOT ?? path.join(import.meta.dirname, '..')
  const result = await migrate({ root, ownerUrl: DATABASE_OWNER_URL ?? DATABASE_URL, applicationUrl: DATABASE_URL })
  if (!result.hasTwoRoles) console.log('One role owns and uses the schema: set DATABASE_OWNER_URL to keep them apart.')
  console.log(result.applied.length ? `applied ${result.applied.join(', ')}` : 'nothing to apply')
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
