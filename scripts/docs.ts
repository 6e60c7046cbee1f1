import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { contractOf } from '@/gateway/api/contract'
import { openApiDocument } from '@/gateway/api/openapi'
import { problemCodesText } from '@/gateway/api/problem-codes'
import { routes } from '@/gateway/api/routes'
import { configurationText } from './configuration'
import { lifecyclesText } from './lifecycles'

/** `npm run docs`: writes what is generated from the code. A test fails while a file is stale. */
/** Promises are only added: one that is broken has to be taken out by hand. */
const promised = path.join(import.meta.dirname, '../docs/api-v1.txt')
const kept = existsSync(promised) ? readFileSync(promised, 'utf8').trimEnd().split('\n') : []
const promises = [...new Set([...kept, ...contractOf(openApiDocument(routes))])].sort()

const written = {
  'lifecycles.md': lifecyclesText(),
  'problem-codes.md': problemCodesText(),
  'configuration.md': configurationText(),
  'api-v1.txt': `${promises.join('\n')}\n`,
}
for (const [name, text] of Object.entries(written)) {
  writeFileSync(path.join(import.meta.dirname, '../docs', name), text)
  console.log(`wrote docs/${name}`)
}
