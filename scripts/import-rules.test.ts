import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BiomeConfig, floors, withImportRules } from './import-rules'

const root = path.join(import.meta.dirname, '..')

/** One forbidden import a ban: the file it stands in, what it imports, and words of the message that must appear. */
const violations: readonly [file: string, imports: string, message: string][] = [
  ['app/page.tsx', '../lib/errors', '@/…'],
  ['app/page.tsx', '@/workers/main', 'Doors do not know each other'],
  ['app/page.tsx', '@/lib/db/generated/client', 'Prisma belongs to'],
  ['app/page.tsx', 'bullmq', 'bullmq belongs to'],
  ['app/page.tsx', '@kubernetes/client-node', 'Kubernetes client belongs to'],
  ['app/page.tsx', '@/agent/main', 'through lib/protocol'],
  ['app/page.tsx', 'axios', 'lib/net/fetch-out'],
  ['components/ui/button.tsx', '@/components/deploys/board', 'knows no noun'],
  ['components/ui/button.tsx', '@/lib/deploys/views', 'knows no noun'],
  ['components/deploys/board.tsx', '@/app/actions', 'never import app'],
  ['components/deploys/board.tsx', '@/lib/db/client', 'run in the browser'],
  ['components/deploys/board.tsx', '@/lib/deploys/queries', 'schema, views, lifecycle and gate'],
  ['gateway/main.ts', '@/workers/main', 'Doors do not know each other'],
  ['gateway/main.ts', 'next', 'neither Next nor React'],
  ['workers/main.ts', '@/app/actions', 'Doors do not know each other'],
  ['workers/main.ts', '@prisma/client', 'Prisma belongs to'],
  ['workers/main.ts', 'undici', 'lib/net/fetch-out'],
  ['cli/main.ts', '@/lib/deploys/queries', 'thin client'],
  ['cli/main.ts', 'pg', 'thin client'],
  ['agent/main.ts', '@/lib/errors', 'lib/protocol and nothing else'],
  ['agent/main.ts', 'pg', 'speaks to the hub'],
  ['lib/errors.ts', '@/lib/deploys/queries', 'ground stone'],
  ['lib/protocol/news.ts', '@/lib/db/client', 'ground stone'],
  ['lib/protocol/news.ts', 'react', 'neither Next nor React'],
  ['lib/db/client.ts', '@/lib/deploys/queries', 'below the nouns'],
  ['lib/auth/authorize.ts', '@/lib/organizations/queries', 'below the nouns'],
  ['lib/queue/jobs.ts', '@/lib/deploys/queries', 'below the nouns'],
  ['lib/bus/bus.ts', '@prisma/client', 'Prisma belongs to'],
  ['lib/package-format/read.ts', '@/lib/db/client', 'formats only'],
  ['lib/package-format/read.ts', 'pg', 'formats only'],
  ['lib/drivers/machine/apply.ts', '@/lib/db/client', 'A driver performs'],
  ['lib/drivers/machine/apply.ts', '@/lib/deploys/queries', 'A driver performs'],
  ['lib/drivers/machine/apply.ts', 'pg', 'never sees the database'],
  ['lib/drivers/machine/apply.ts', '@kubernetes/client-node', 'Kubernetes client belongs to'],
  ['lib/drivers/kubernetes/apply.ts', '@/lib/deploys/queries', 'A driver performs'],
  ['lib/deploys/request-deploy.ts', '@/app/actions', 'Imports go down'],
  ['lib/deploys/request-deploy.ts', '@/components/ui/button', 'Imports go down'],
  ['lib/deploys/request-deploy.ts', 'next/cache', 'neither Next nor React'],
  ['lib/deploys/request-deploy.ts', 'bullmq', 'bullmq belongs to'],
  ['lib/deploys/request-deploy.ts', 'node:https', 'lib/net/fetch-out'],
  ['lib/deploys/request-deploy.ts', '@kubernetes/client-node', 'Kubernetes client belongs to'],
  ['lib/deploys/request-deploy.ts', '@/lib/drivers/kubernetes/client', 'Kubernetes client belongs to'],
  ['e2e/story.spec.ts', '@/lib/db/client', 'only the browser'],
  ['scripts/up.ts', '../lib/env', '@/…'],
  ['lib/deploys/a.test.ts', '../errors', '@/…'],
]

/** What the rules must let through; a rule that bans everything would pass the first half of this test. */
const allowed: readonly [file: string, imports: string][] = [
  ['app/page.tsx', '@/lib/deploys/queries'],
  ['app/page.tsx', 'next/navigation'],
  ['components/deploys/board.tsx', '@/lib/deploys/deploy-lifecycle'],
  ['lib/clusters/add-cluster.ts', '@/lib/drivers/kubernetes/client'],
  ['components/deploys/board.tsx', '@/lib/deploys/views'],
  ['components/services/form.tsx', '@/lib/package-format/config-schema'],
  ['components/deploys/board.tsx', '@/lib/errors'],
  ['gateway/main.ts', '@/lib/db/client'],
  ['workers/main.ts', 'bullmq'],
  ['cli/main.ts', '@/lib/package-format/read-archive'],
  ['cli/main.ts', '@/lib/paths'],
  ['agent/main.ts', '@/lib/protocol/news'],
  ['agent/main.ts', '@/agent/hooks'],
  ['lib/queue/make-queue.ts', 'bullmq'],
  ['lib/queue/outbox.ts', '@/lib/db/client'],
  ['lib/drivers/kubernetes/apply.ts', '@kubernetes/client-node'],
  ['lib/deploys/request-deploy.ts', '@/lib/services/queries'],
  ['lib/deploys/request-deploy.ts', '@/lib/db/client'],
]

const biome = path.join(root, 'node_modules/.bin/biome')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-rules-'))
  cpSync(path.join(root, 'biome.json'), path.join(folder, 'biome.json'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Lints one file with this one import and gives what the import rule said. */
function lint(entries: readonly (readonly [string, string, ...unknown[]])[]): string[] {
  const files = entries.map(([file, imports], index) => {
    // Each in a folder of its own, where the globs of the configuration match as they do in the checkout.
    const name = path.join(path.dirname(file), `case-${index}${path.basename(file).replace(/^[^.]+/, '')}`)
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(folder, name), `import { x } from '${imports}'\n\nexport const y = x\n`)
    return name
  })
  const args = ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', '.']
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    diagnostics: { location: { path: string | { file: string } }; message: string }[]
  }
  const at = (location: string | { file: string }) => path.normalize(typeof location === 'string' ? location : location.file)
  const said = files.map((file) =>
    diagnostics
      .filter((one) => at(one.location.path) === file)
      .map((one) => one.message)
      .join(' '),
  )
  for (const file of files) rmSync(path.join(folder, file))
  return said
}

describe('import rules', () => {
  test('in biome.json are the table of import-rules.ts', () => {
    const config = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8')) as BiomeConfig
    expect(config).toEqual(JSON.parse(JSON.stringify(withImportRules(config))))
  })

  test('catch one planted violation of each ban, and say what to do instead', () => {
    const said = lint(violations)
    const missed = violations
      .filter(([, , message], index) => !said[index]?.includes(message))
      .map((entry, index) => [...entry, said[index]])
    expect(missed).toEqual([])
  })

  test('are kept in both directions: a circle of imports and a look into the environment are caught', () => {
    const planted = {
      'lib/deploys/circle-a.ts': "import { b } from './circle-b'\n\nexport const a = () => b\n",
      'lib/deploys/circle-b.ts': "import { a } from './circle-a'\n\nexport const b = () => a\n",
      'lib/deploys/looks.ts': 'export const secret = process.env.SECRET\n',
    }
    for (const [file, text] of Object.entries(planted)) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(folder, file), text)
    }
    const only = ['suspicious/noImportCycles', 'style/noProcessEnv'].map((rule) => `--only=${rule}`)
    const { stdout } = spawnSync(biome, ['lint', ...only, '--reporter=github', '--vcs-enabled=false', '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    const found = [...stdout.matchAll(/title=lint\/(\S+?),file=([^,]+),/g)].map(([, rule, file]) => `${path.basename(file ?? '')} ${rule}`)
    expect(found.sort()).toEqual([
      'circle-a.ts suspicious/noImportCycles',
      'circle-b.ts suspicious/noImportCycles',
      'looks.ts style/noProcessEnv',
    ])
  })

  test('let through what the architecture allows', () => {
    const said = lint(allowed)
    expect(allowed.filter((_, index) => said[index])).toEqual([])
  })

  test('have a violation planted for every message', () => {
    const planted = violations.map(([, , message]) => message)
    const silent = floors.flatMap((floor) => floor.bans).filter((ban) => !planted.some((message) => ban.message.includes(message)))
    expect(silent.map((ban) => ban.message)).toEqual([])
  })
})
