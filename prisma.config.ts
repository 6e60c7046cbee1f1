import { defineConfig } from 'prisma/config'

// Only `generate` and `format` use this file; migrations run through scripts/migrate.ts.
export default defineConfig({ schema: 'prisma/schema', migrations: { path: 'prisma/migrations' } })
