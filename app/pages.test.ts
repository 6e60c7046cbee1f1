import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addresses } from '@/e2e/addresses'

/** Seen before anybody is somebody, or opened by what stands in their address: the stories of signing in and the tests of those links walk them. */
const beforeSignIn = [
  '/sign-in',
  '/sign-in/done',
  '/sign-in/demo/[key]',
  '/sign-in/connect/[token]',
  '/sign-in/invite/[token]',
  '/sign-in/setup/[token]',
]

const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)page\.tsx$/.test(file))
  .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`)

/** Each named part of a page's path stands for any one part of an address; the page with fewer of them is meant. */
const pageOf = (address: string): string | undefined =>
  pages
    .filter((page) => new RegExp(`^${page.replace(/\[\w+\]/g, '[^/]+')}$`).test(address))
    .sort((a, b) => a.split('[').length - b.split('[').length)[0]

test('every page is walked as each role, as the other organisation and signed out', () => {
  const walked = addresses({ number: 1, name: 'web', command: 2 }).map(({ path }) => pageOf(path.split('?')[0] ?? ''))
  expect(walked.filter((page) => page === undefined)).toEqual([])
  expect(pages.filter((page) => !walked.includes(page) && !beforeSignIn.includes(page))).toEqual([])
})
