import { expect, test } from 'vitest'
import { openApiDocument } from '@/gateway/api/openapi'
import { routes } from '@/gateway/api/routes'
import { docsPage, docsPolicy } from './docs-page'

interface Document {
  readonly tags: readonly { name: string }[]
  readonly paths: Record<string, Record<string, { tags: string[]; description: string }>>
}

test('every route stands in one of the named groups and says who may ask', () => {
  const { tags, paths } = openApiDocument(routes) as unknown as Document
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
