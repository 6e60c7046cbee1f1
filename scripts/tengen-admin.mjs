#!/usr/bin/env node
// What only somebody who stands at the host may do: `npx tengen-admin reset-operator`.
process.argv.splice(2, 0, 'admin')
await import('./up.mjs')
