import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { problemCodesText } from '@/gateway/api/problem-codes'
import { lifecyclesText } from './lifecycles'

/** `npm run docs`: writes what is generated from the code. A test fails while a file is stale. */
const written = { 'lifecycles.md': lifecyclesText(), 'problem-codes.md': problemCodesText() }
for (const [name, text] of Object.entries(written)) {
  writeFileSync(path.join(import.meta.dirname, '../docs', name), text)
  console.log(`wrote docs/${name}`)
}
