import { expect, test } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '@/gateway/api/openapi'
import { routes } from '@/gateway/api/routes'
import { docsPage, docsPolicy } from './docs-page'

const OperationSchema = z.object({ tags: z.array(z.string()), description: z.string() })
const DocumentSchema = z.object({
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), OperationSchema)),
})

test('every route stands in one of the named groups and says who may ask', () => {
  const { tags, paths } = DocumentSchema.parse(openApiDocument(routes))
  const names = tags.map(({ name }) => name)
  expect(names.slice(0, 3)).toEqual(['me', 'organizations', 'services'])
  const operations = routes.map(({ method, path }) => paths[path]?.[method.toLowerCase()])
  expect(operations.filter((one) => !one?.description || one.tags.length !== 1 || !names.includes(one.tags[0] ?? ''))).toEqual([])
  expect(paths['/api/v1/me/tokens']?.post?.description).toMatch(/no token may/)
})

test('the page takes its parts from here alone, by nonce, and without a build names the document', () => {
  const page = docsPage('n', { script: '/api/docs/viewer-1.js', style: '/api/docs/viewer-style-1.css' })
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]).filter((one) => !one?.startsWith('/'))).toEqual([])
  expect(page.match(/nonce="n"/g)).toHaveLength(2)
  expect(docsPolicy('n')).not.toMatch(/unsafe|\*|https?:/)
  expect(docsPage('n', undefined)).toContain('/api/v1/openapi.json')
})
