import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { lifecyclesText } from './lifecycles'

/** `npm run docs`: writes what is generated from the code. A test fails while a file is stale. */
const file = path.join(import.meta.dirname, '../docs/lifecycles.md')
writeFileSync(file, lifecyclesText())
console.log('wrote docs/lifecycles.md')
