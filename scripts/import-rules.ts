import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Who may know whom, as one table. Biome takes one list of bans a file (a later override replaces an earlier one), so every
 * file belongs to exactly one floor here and the lists are written into biome.json by `npx tsx scripts/import-rules.ts`.
 */
interface Ban {
  readonly group: readonly string[]
  readonly message: string
}

interface Floor {
  readonly name: string
  readonly files: readonly string[]
  readonly bans: readonly Ban[]
}

const doors = ['@/app/**', '@/gateway/**', '@/workers/**', '@/cli/**', '@/scripts/**', '@/e2e/**', '@/bench/**', '@/chaos/**']
const ban = (group: readonly string[], message: string): Ban => ({ group, message })

const parents = ban(['../**', '..'], 'Import ./x inside a folder and @/… from anywhere else.')
const upwards = ban([...doors, '@/components/**'], 'Imports go down: move the rule into lib/<noun> and let the door call it.')
const browser = ban(
  ['next', 'next/**', 'next-auth', 'next-auth/**', 'react', 'react-dom', 'react-dom/**'],
  'lib knows neither Next nor React: return data, and let app/ or components/ show it.',
)
const prisma = ban(
  ['@prisma/**', '@/lib/db/generated', '@/lib/db/generated/**'],
  'Prisma belongs to lib/db and the nouns: call a query or a use case of lib/<noun>.',
)
const bullmq = ban(
  ['bullmq', 'ioredis'],
  'bullmq belongs to lib/queue, lib/bus and workers/: write an Outbox row, or use makeQueue of lib/queue.',
)
/** Who may speak to a cluster: the driver, and the noun that looks after clusters. Its registry may name the driver itself. */
const kubernetes = ban(
  ['@kubernetes/**', '@/lib/drivers/kubernetes/**', '!@/lib/drivers/kubernetes/kubernetes-driver'],
  'The Kubernetes client belongs to lib/drivers/kubernetes and lib/clusters: add a verb or a power to the driver.',
)
const clients = ban(
  ['node:https', 'https', 'undici', 'axios', 'got', 'node-fetch'],
  'Requests to addresses that people typed go through lib/net/fetch-out, which looks at where they lead.',
)
const agentCode = ban(['@/agent/**'], 'agent/ is the program on a machine: share a message through lib/protocol instead.')
const nounsUp = ban(
  [
    '@/lib/*/**',
    '!@/lib/protocol/**',
    '!@/lib/db/**',
    '!@/lib/queue/**',
    '!@/lib/bus/**',
    '!@/lib/auth/**',
    '!@/lib/net/**',
    '!@/lib/messages/**',
  ],
  'This floor lies below the nouns: pass what you need as a parameter.',
)
const aboveStones = ban(
  ['@/lib/*/**', '!@/lib/protocol/**'],
  'A ground stone knows one subject and nothing above it: pass what you need as a parameter.',
)
const driverReach = ban(
  ['@/lib/*/**', '!@/lib/protocol/**', '!@/lib/drivers/**', '!@/lib/net/**'],
  'A driver performs, it never decides: it gets target, release, callback and signal; neither database nor nouns.',
)
const everything = [parents, upwards, browser, prisma, bullmq, kubernetes, agentCode]
const nounReach = ban(
  ['@/lib/db/**', '@/lib/queue/**', '@/lib/bus/**', '@/lib/drivers/**', '@/lib/env', '@/lib/logger', 'pg'],
  'components/ run in the browser: take data and actions as props.',
)
const nounViews = ban(
  [
    '@/lib/*/**',
    '!@/lib/*/schema',
    '!@/lib/*/views',
    '!@/lib/*/*-views',
    '!@/lib/*/*-lifecycle',
    '!@/lib/*/*-gate',
    '!@/lib/messages/**',
    '!@/lib/package-format/config-schema',
    '!@/lib/protocol/**',
    '!@/lib/auth/policy',
  ],
  'components/ may know the schema, views, lifecycle and gate of a noun; take everything else as props.',
)

const below = [
  'lib/protocol/**',
  'lib/db/**',
  'lib/queue/**',
  'lib/bus/**',
  'lib/auth/**',
  'lib/net/**',
  'lib/drivers/**',
  'lib/package-format/**',
  'lib/messages/**',
  'lib/testing/**',
]

const tests = '**/*.test.{ts,tsx}'

/** Top to bottom; each file is on the one floor whose `files` name it. */
export const floors: readonly Floor[] = [
  {
    name: 'app',
    files: ['app/**', 'instrumentation.ts'],
    bans: [
      parents,
      ban(
        ['@/gateway/**', '@/workers/**', '@/cli/**', '@/scripts/**', '@/e2e/**', '@/bench/**', '@/chaos/**'],
        'Doors do not know each other: share a use case in lib/<noun>.',
      ),
      prisma,
      bullmq,
      kubernetes,
      agentCode,
      clients,
    ],
  },
  {
    name: 'components/ui',
    files: ['components/ui/**'],
    bans: [
      parents,
      ban(doors, 'components never import app: take the action as a prop.'),
      ban(['@/components/*/**', '!@/components/ui/**'], 'components/ui knows no noun: take it as a prop or as children.'),
      ban(['@/lib/*/**', '!@/lib/messages/**'], 'components/ui knows no noun: take it as a prop.'),
      prisma,
      bullmq,
      kubernetes,
      agentCode,
    ],
  },
  {
    name: 'components',
    files: ['components/**', '!components/ui/**'],
    bans: [
      parents,
      ban(doors, 'components never import app: take the action as a prop.'),
      nounReach,
      nounViews,
      prisma,
      bullmq,
      kubernetes,
      agentCode,
    ],
  },
  {
    name: 'gateway',
    files: ['gateway/**'],
    bans: [
      parents,
      ban(
        ['@/app/**', '@/components/**', '@/workers/**', '@/cli/**', '@/scripts/**'],
        'Doors do not know each other: share a use case in lib/<noun>.',
      ),
      browser,
      prisma,
      bullmq,
      kubernetes,
      agentCode,
    ],
  },
  {
    name: 'workers',
    files: ['workers/**'],
    bans: [
      parents,
      ban(
        ['@/app/**', '@/components/**', '@/gateway/**', '@/cli/**', '@/scripts/**'],
        'Doors do not know each other: share a use case in lib/<noun>.',
      ),
      browser,
      prisma,
      kubernetes,
      agentCode,
      clients,
    ],
  },
  {
    name: 'cli',
    files: ['cli/**'],
    bans: [
      parents,
      ban(
        ['@/**', '!@/cli/**', '!@/lib/protocol/**', '!@/lib/package-format/**', '!@/lib/*'],
        'cli is a thin client of the REST API: it may know formats and stones, and asks the hub for the rest.',
      ),
      browser,
      prisma,
      bullmq,
      kubernetes,
      ban(['pg'], 'cli is a thin client of the REST API.'),
    ],
  },
  {
    name: 'agent',
    files: ['agent/**'],
    bans: [
      parents,
      ban(['@/**', '!@/agent/**', '!@/lib/protocol/**'], 'The agent may know lib/protocol and nothing else of the hub.'),
      browser,
      prisma,
      bullmq,
      kubernetes,
      ban(['pg'], 'The agent speaks to the hub only.'),
    ],
  },
  {
    name: 'stones',
    files: ['lib/*.ts', 'lib/protocol/**', 'lib/messages/**'],
    bans: [...everything.filter((rule) => rule !== browser), aboveStonesFor('lib/messages', 'lib/protocol'), browser],
  },
  { name: 'base', files: ['lib/db/**', 'lib/auth/**', 'lib/net/**'], bans: [...everything.filter((rule) => rule !== prisma), nounsUp] },
  { name: 'couriers', files: ['lib/queue/**', 'lib/bus/**'], bans: [...everything.filter((rule) => rule !== bullmq), nounsUp] },
  {
    name: 'package-format',
    files: ['lib/package-format/**'],
    bans: [
      ...everything,
      ban(
        ['@/lib/*/**', '!@/lib/protocol/**', '!@/lib/package-format/**'],
        'lib/package-format knows formats only: no database, no nouns.',
      ),
      ban(['pg'], 'lib/package-format knows formats only.'),
    ],
  },
  {
    name: 'drivers',
    files: ['lib/drivers/**', '!lib/drivers/kubernetes/**'],
    bans: [...everything, driverReach, ban(['pg'], 'A driver never sees the database.')],
  },
  {
    name: 'drivers/kubernetes',
    files: ['lib/drivers/kubernetes/**'],
    bans: [...everything.filter((rule) => rule !== kubernetes), driverReach, ban(['pg'], 'A driver never sees the database.')],
  },
  {
    name: 'nouns',
    files: ['lib/*/**', '!lib/clusters/**', ...below.map((glob) => `!${glob}`)],
    bans: [parents, upwards, browser, bullmq, kubernetes, agentCode, clients],
  },
  { name: 'clusters', files: ['lib/clusters/**'], bans: [parents, upwards, browser, bullmq, agentCode] },
  {
    name: 'e2e',
    files: ['e2e/**'],
    bans: [parents, ban(['@/**', '!@/e2e/**', '!@/lib/messages/**', '!@/lib/testing/**'], 'A browser test sees only the browser.')],
  },
  { name: 'outside', files: ['scripts/**', 'bench/**', 'chaos/**', 'prisma/**', 'lib/testing/**'], bans: [parents] },
  { name: 'tests', files: [tests], bans: [parents] },
]

function aboveStonesFor(...own: string[]): Ban {
  return ban([...aboveStones.group, ...own.map((folder) => `!@/${folder}/**`)], aboveStones.message)
}

/** The overrides of biome.json that carry the table. */
export const importOverrides = () =>
  floors.map(({ files, bans }) => ({
    // A test may reach for builders and for both sides of a wall; only the shape of an import holds for it.
    includes: files.includes(tests) ? files : [...files, `!${tests}`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns: bans } } } } },
  }))

export interface BiomeConfig {
  overrides: { includes: readonly string[]; linter?: { rules?: { style?: { noRestrictedImports?: unknown } } } }[]
}

/** The configuration with this table in it; everything else stays as written by hand. */
export const withImportRules = (config: BiomeConfig): BiomeConfig => ({
  ...config,
  overrides: [...config.overrides.filter((override) => !override.linter?.rules?.style?.noRestrictedImports), ...importOverrides()],
})

if (process.argv[1] === import.meta.filename) {
  const file = path.join(import.meta.dirname, '../biome.json')
  writeFileSync(file, JSON.stringify(withImportRules(JSON.parse(readFileSync(file, 'utf8')) as BiomeConfig), null, 2))
  execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' })
}
