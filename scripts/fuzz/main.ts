import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { folder, program, whyNoFuzz } from './install.mjs'
import { narrowedDocument } from './narrow'
import { type Counts, type Run, reportOf } from './report'
import { type Asker, type Fuzzed, startFuzzed } from './start-fuzzed'

/**
 * `npm run fuzz`: schemathesis (PyPI) asks whatever the document lets it think of: as an owner, as an operator, and as the owner of
 * another organisation, all at once. `--seconds N` (300), `--seed N`, `--report` writes docs/reports/fuzz.md. Nothing may fail on our side,
 * answers are as the document says, nothing that is not valid is taken, and nothing of another organisation is told or changed.
 */
const root = path.join(import.meta.dirname, '../..')

/** How a refusal may be told; 431 where the address was made too long for any server. */
const settings = `hooks = ${JSON.stringify(path.join(import.meta.dirname, 'checks.py'))}
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 431]
`

const checks = [
  'not_a_server_error',
  'response_schema_conformance',
  'content_type_conformance',
  'status_code_conformance',
  'negative_data_rejection',
  'stays_in_its_organisation',
]

interface Ask {
  readonly origin: string
  readonly seconds: number
  readonly seed: string
  readonly index: number
}

async function fuzz({ name, headers, hidden, closed }: Asker, { origin, seconds, seed, index }: Ask): Promise<Run> {
  const counts = path.join(folder, `counts-${index}.json`)
  const args = [
    ...['run', 'openapi.json', '--url', origin, '--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing'],
    ...['--max-time', String(seconds), '--workers', '1', '--continue-on-failure', '--no-color', '--warnings', 'off', '--seed', seed],
    ...Object.entries(headers).flatMap(([key, value]) => ['--header', `${key}: ${value}`]),
    // Streams do not end, and what ends the session that asks ends the run.
    ...['--exclude-path-regex', '/events$|/me/sessions', '--generation-database', 'none'],
    // Who asks is said by the headers above, always.
    ...['--generation-with-security-parameters', 'false'],
  ]
  const env = {
    ...process.env,
    FUZZ_COUNTS: counts,
    FUZZ_HIDDEN: JSON.stringify(hidden),
    ...(closed ? { FUZZ_CLOSED: closed } : {}),
  }
  rmSync(counts, { force: true })
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (said += chunk))
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? 1)))
  return { name, code, said, counts: JSON.parse(readFileSync(counts, 'utf8')) as Counts }
}

/** Everything that belongs to an organisation, as one text. */
async function rowsOf({ superuserUrl, otherId }: Fuzzed): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  const { rows: tables } = await client.query<{ table_name: string }>(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'organizationId' order by 1`,
  )
  const texts: string[] = []
  for (const { table_name } of tables) {
    const { rows } = await client.query(
      `select to_jsonb(t) - 'lastUsedAt' - 'lastAddress' as row from "${table_name}" t where "organizationId" = $1 order by 1`,
      [otherId],
    )
    texts.push(`${table_name} ${JSON.stringify(rows)}`)
  }
  await client.end()
  return texts.join('\n')
}

async function runAll(hub: Fuzzed, seconds: number, seed: string): Promise<Run[]> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'schemathesis.toml'), settings)
  writeFileSync(path.join(folder, 'openapi.json'), JSON.stringify(narrowedDocument(hub.names)))
  return Promise.all(hub.askers.map((asker, index) => fuzz(asker, { origin: hub.origin, seconds, seed, index })))
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '300' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      report: { type: 'boolean', default: false },
    },
  })
  const missing = whyNoFuzz()
  if (missing) throw new Error(missing)
  const hub = await startFuzzed()
  try {
    const before = await rowsOf(hub)
    const runs = await runAll(hub, Number(values.seconds), values.seed)
    const isUntouched = before === (await rowsOf(hub))
    const text = reportOf({ runs, isUntouched, seconds: Number(values.seconds), seed: values.seed })
    writeFileSync(path.join(folder, 'report.md'), text)
    if (values.report) writeFileSync(path.join(root, 'docs/reports/fuzz.md'), text)
    for (const { name, code, said } of runs) if (code !== 0) console.log(`As ${name}:\n${said}`)
    console.log(`\n${text}`)
    return runs.every(({ code }) => code === 0) && isUntouched ? 0 : 1
  } finally {
    await hub.stop()
  }
}

process.exit(await main())
