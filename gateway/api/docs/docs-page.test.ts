import { expect, test } from 'vitest'
import { openApiDocument } from '@/gateway/api/openapi'
import { routes } from '@/gateway/api/routes'
import { docsPage } from './docs-page'
import { inText, typeText } from './type-text'

const page = docsPage(openApiDocument(routes), 'n')

test('every route stands on the page with its sentence, and nothing on it runs or comes from elsewhere', () => {
  const missing = routes.filter((route) => !page.includes(inText(route.path)) || !page.includes(inText(route.summary)))
  expect(missing.map((route) => route.path)).toEqual([])
  expect(page).not.toMatch(/<script|<link|\son\w+=|javascript:|src=|url\(/i)
  const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1])
  expect([...new Set(anchors)].filter((anchor) => !page.includes(`id="${anchor}"`))).toEqual([])
})

test('a schema reads as a type, and what it says is text', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', enum: ['<x>'] }, b: { type: 'array', items: { $ref: '#/y/Z' } } },
  }
  expect(typeText(schema)).toBe('{\n  <b>a</b>: &quot;&lt;x&gt;&quot;\n  <b>b</b>?: <a href="#schema-Z">Z</a>[]\n}')
})
