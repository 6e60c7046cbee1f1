import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openApiDocument } from '@/gateway/api/openapi'
import { routes } from '@/gateway/api/routes'
import { startFuzzed } from './start-fuzzed'

/**
 * `npm run fuzz`: schemathesis (PyPI) asks whatever the document lets it think of, as an owner and as an operator of one
 * organisation. `--seconds N` of each (300), `--seed N`. Nothing may fail on our side, answers are as the document says, and the
 * other organisation is afterwards as it was.
 */
const root = path.join(import.meta.dirname, '../..')
const tools = path.join(root, '.tengen/fuzz')
const program = path.join(tools, 'venv/bin/schemathesis')
const version = '4.32.5'

function install(): void {
  if (existsSync(program)) return
  mkdirSync(tools, { recursive: true })
  console.log(`Installing schemathesis ${version} into ${path.relative(root, tools)}`)
  execFileSync('python3', ['-m', 'venv', path.join(tools, 'venv')], { stdio: 'inherit' })
  execFileSync(path.join(tools, 'venv/bin/pip'), ['install', '-q', `schemathesis==${version}`], { stdio: 'inherit' })
}

interface Document {
  readonly paths: Record<string, Record<string, { parameters: { name: string; in: string; schema: object }[] }>>
}

/** The document with what of an address is real as the only value, so that most requests get past the door. */
function narrowed(names: Readonly<Record<string, string>>): object {
  const document = openApiDocument(routes) as unknown as Document
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods)))
    for (const parameter of operation.parameters) {
      const only = parameter.in === 'path' ? names[parameter.name] : undefined
      if (only) parameter.schema = { type: 'string', enum: [only] }
    }
  return document
}

/** How a refusal may be told; 431 where the address was made too long for any server. */
const settings =
  '[checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 431]\n'

const checks = 'not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance,negative_data_rejection'

interface Ask {
  readonly file: string
  readonly origin: string
  readonly token: string
  readonly seconds: number
  readonly seed: string | undefined
}

function fuzz({ file, origin, token, seconds, seed }: Ask): Promise<number> {
  const args = [
    ...['run', file, '--url', origin, '--header', `Authorization: Bearer ${token}`],
    ...[
      '--checks',
      checks,
      '--phases',
      'examples,coverage,fuzzing',
      '--max-time',
      String(seconds),
      '--workers',
      '1',
      '--continue-on-failure',
    ],
    // Streams do not end, and what ends the token that asks ends the run.
    ...['--exclude-path-regex', '/events$|/me/tokens|/owner$|/archive$', ...(seed ? ['--seed', seed] : [])],
  ]
  const child = spawn(program, args, { cwd: tools, stdio: 'inherit' })
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

/** Everything that belongs to an organisation, as one text. */
async function rowsOf(url: string, organizationId: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ table_name: string }>(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'organizationId' order by 1`,
  )
  const texts: string[] = []
  for (const { table_name } of tables) {
    const { rows } = await client.query(
      `select to_jsonb(t) - 'lastUsedAt' - 'lastAddress' as row from "${table_name}" t where "organizationId" = $1 order by 1`,
      [organizationId],
    )
    texts.push(`${table_name} ${JSON.stringify(rows)}`)
  }
  await client.end()
  return texts.join('\n')
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' }, seed: { type: 'string' } } })
  install()
  const hub = await startFuzzed()
  try {
    const file = path.join(tools, 'openapi.json')
    writeFileSync(path.join(tools, 'schemathesis.toml'), settings)
    writeFileSync(file, JSON.stringify(narrowed(hub.names)))
    const before = await rowsOf(hub.superuserUrl, hub.otherId)
    const codes: number[] = []
    for (const [who, token] of Object.entries(hub.tokens)) {
      console.log(`\nAs ${who}`)
      codes.push(await fuzz({ file, origin: hub.origin, token, seconds: Number(values.seconds), seed: values.seed }))
    }
    const isUntouched = before === (await rowsOf(hub.superuserUrl, hub.otherId))
    console.log(isUntouched ? 'The other organisation is as it was.' : 'SOMETHING OF THE OTHER ORGANISATION CHANGED.')
    return Math.max(...codes, isUntouched ? 0 : 1)
  } finally {
    await hub.stop()
  }
}

process.exit(await main())
