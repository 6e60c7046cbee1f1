import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { problemCodesText } from './problem-codes'

const root = path.join(import.meta.dirname, '../..')

/** What only pages do, and why a program does it otherwise. */
const ofPages: Readonly<Record<string, string>> = {
  publishProgram: 'POST …/programs/draft writes the manifest, POST …/packages publishes the archive that holds it',
  inspectUpload: 'tengen package init looks at the folder itself, where the program is',
  connectAccount: 'a way to sign in is connected in the browser that came from its provider',
  redeemSetupLink: 'the first operator comes by a link, in a browser',
  signInAsDemoPerson: 'the demo',
}

/** What only pages read. */
const ofScreens: Readonly<Record<string, string>> = {
  findHome: 'where a browser goes first',
  findHomeOrganization: 'where a browser goes first',
  getMe: 'GET /me, and GET /me/sessions',
  listArchived: 'what was archived is brought back by its address',
  getCommandOffer: 'what a form is filled with; POST …/commands/preview says on which units',
  getMachineOffer: 'what a form is filled with; POST /platform/commands/preview says on which machines',
  getJoinPage: 'GET /join-tokens, which names the pools',
  getInvited: 'an invitation is read in a browser, by its link',
  getConnection: 'a way to sign in is connected in the browser that came from its provider',
  getDemoPeople: 'the demo',
  redeemDemoLink: 'the demo',
  isSetupLink: 'the first operator comes by a link, in a browser',
  listWays: 'how one may sign in, before one has',
  hubManifest: 'a file to copy, for the cluster’s own administrator',
}

/** Use cases that a file takes from lib, by name: what is imported from there as a function. */
function imported(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/import \{([^}]*)\} from '@\/lib\/[^']+'/g)]
    .flatMap((match) => (match[1] ?? '').split(','))
    .map((part) => part.trim())
    .filter((part) => /^[a-z]/.test(part) && !part.startsWith('type ') && part !== 'paths')
    .map((part) => part.split(' as ')[0] ?? part)
}

const files = (folder: string, isMeant: (name: string) => boolean): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => isMeant(path.basename(name)))
    .map((name) => path.join(root, folder, name))

test('what a page can do, a program can do by the API', () => {
  const api = new Set(files('gateway/api', (name) => /^[a-z-]+\.ts$/.test(name)).flatMap(imported))
  const acts = files('app', (name) => name === 'actions.ts').flatMap(imported)
  const missing = [...new Set(acts)].filter((name) => !api.has(name))
  expect(missing.filter((name) => !(name in ofPages))).toEqual([])
  expect(Object.keys(ofPages).filter((name) => !missing.includes(name))).toEqual([])
})

test('what a page shows, a program can read by the API', () => {
  const api = new Set(files('gateway/api', (name) => /^[a-z-]+\.ts$/.test(name)).flatMap(imported))
  const shown = files('app', (name) => name === 'page.tsx' || name === 'layout.tsx' || name === 'route.ts').flatMap(imported)
  const words = /^(pace|pickLocale|env|knownProvider|newId|readListParams)$/
  const missing = [...new Set(shown)].filter((name) => !api.has(name) && !words.test(name))
  expect(missing.filter((name) => !(name in ofScreens))).toEqual([])
  expect(Object.keys(ofScreens).filter((name) => !missing.includes(name))).toEqual([])
})

test('docs/problem-codes.md is what the table says (npm run docs)', () => {
  expect(readFileSync(path.join(root, 'docs/problem-codes.md'), 'utf8')).toBe(problemCodesText())
})
