import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import type * as EngineModule from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

/**
 * Prisma's schema engine as WebAssembly from npm, driven through the pg adapter: the CLI would download a binary, this does not.
 * The engine leaves a timer of ten seconds behind (its advisory lock), so it only runs in processes that end by process.exit.
 */
export type SchemaEngine = EngineModule.SchemaEngine

export interface SchemaFile {
  readonly path: string
  readonly content: string
}

const filters = { externalTables: [], externalEnums: [] }

let loading: Promise<typeof EngineModule> | undefined

const loadEngine = (root: string): Promise<typeof EngineModule> =>
  (loading ??= (async () => {
    // Resolved from the checkout: a bundle of this file lies elsewhere.
    const glue = createRequire(path.join(root, 'package.json')).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    const module = (await import(pathToFileURL(glue).href)) as typeof EngineModule & { __wbg_set_wasm(exports: WebAssembly.Exports): void }
    const compiled = await WebAssembly.compile(readFileSync(glue.replace(/\.js$/, '.wasm')))
    const imports = Object.fromEntries(
      WebAssembly.Module.imports(compiled).map((part) => [part.module, { ...module } as WebAssembly.ModuleImports]),
    )
    const instance = await WebAssembly.instantiate(compiled, imports)
    module.__wbg_set_wasm(instance.exports)
    ;(instance.exports.__wbindgen_start as () => void)()
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => process.stderr.write(`schema engine: ${message}\n`) },
    })
    return module
  })())

// PostgreSQL's scalar "char" (oid 18), which introspection reads and the adapter does not map: read as text, handed on as Character.
const charOid = 18
const textOid = 25
const characterType = 6

interface PerformsQueries extends SqlDriverAdapter {
  performIO(query: unknown): Promise<{ fields?: { dataTypeID: number }[] }>
  readonly client: { query(text: string): Promise<unknown> }
  onError(error: unknown): never
}

function mendConnection(connection: SqlDriverAdapter): SqlDriverAdapter {
  const inner = connection as PerformsQueries
  const queryRaw = async (query: Parameters<SqlDriverAdapter['queryRaw']>[0]): Promise<SqlResultSet> => {
    let isChar: boolean[] = []
    // A view of the connection for this one query: its answer is relabelled before the adapter looks at the types.
    const view = Object.create(inner) as PerformsQueries
    view.performIO = async (input) => {
      const answer = await inner.performIO(input)
      isChar = (answer.fields ?? []).map((field) => field.dataTypeID === charOid)
      return { ...answer, fields: (answer.fields ?? []).map((field, index) => (isChar[index] ? { ...field, dataTypeID: textOid } : field)) }
    }
    const result = await view.queryRaw(query)
    return { ...result, columnTypes: result.columnTypes.map((type, index) => (isChar[index] ? characterType : type)) }
  }
  // The adapter cuts a script at every semicolon, also in comments and function bodies. Whole, it is one transaction besides.
  const executeScript = async (script: string): Promise<void> => {
    try {
      await inner.client.query(script)
    } catch (error) {
      inner.onError(error)
    }
  }
  return new Proxy(inner, {
    get(target, key) {
      if (key === 'executeScript') return executeScript
      if (key === 'queryRaw') return queryRaw
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

export const schemaFiles = (root: string): SchemaFile[] => {
  const folder = path.join(root, 'prisma/schema')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.prisma'))
    .sort()
    .map((name) => ({ path: path.join(folder, name), content: readFileSync(path.join(folder, name), 'utf8') }))
}

const migrationsList = (root: string, only?: readonly string[]) => {
  const baseDir = path.join(root, 'prisma/migrations')
  const directories = readdirSync(baseDir)
    .filter((name) => /^\d{14}_/.test(name) && (!only || only.includes(name)))
    .sort()
  return {
    baseDir,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: readFileSync(path.join(baseDir, 'migration_lock.toml'), 'utf8') },
    migrationDirectories: directories.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: readFileSync(path.join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  }
}

async function startEngine(root: string, factory: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const module = await loadEngine(root)
  const datamodels = schemaFiles(root).map((file): [string, string] => [file.path, file.content])
  return module.SchemaEngine.new({ datamodels } as never, () => {}, bindMigrationAwareSqlAdapterFactory(factory) as never)
}

async function withDatabase<T>(root: string, url: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
  const inner = new PrismaPg(pool)
  const open: SqlDriverAdapter[] = []
  const connect = async (dial: () => Promise<SqlDriverAdapter>) => {
    const connection = await dial()
    open.push(connection)
    return mendConnection(connection)
  }
  const engine = await startEngine(root, {
    provider: inner.provider,
    adapterName: inner.adapterName,
    connect: () => connect(() => inner.connect()),
    connectToShadowDb: () => connect(() => inner.connectToShadowDb()),
  })
  try {
    return await use(engine)
  } finally {
    engine.free()
    for (const connection of open) await connection.dispose().catch(() => {})
    await pool.end().catch(() => {})
  }
}

/** The engine insists on a connection even where it compares files only: this one answers nothing. */
async function withoutDatabase<T>(root: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { provider, adapterName } = new PrismaPg({})
  const nothing: SqlResultSet = { columnNames: [], columnTypes: [], rows: [] }
  const connection: SqlDriverAdapter = {
    provider,
    adapterName,
    queryRaw: async () => nothing,
    executeRaw: async () => 0,
    executeScript: async () => {},
    startTransaction: () => Promise.reject(new Error('There is no database here.')),
    dispose: async () => {},
  }
  const engine = await startEngine(root, {
    provider,
    adapterName,
    connect: async () => connection,
    connectToShadowDb: async () => connection,
  })
  try {
    return await use(engine)
  } finally {
    engine.free()
  }
}

/** Applies what is missing; refuses changed or failed migrations. Names of the applied ones. */
export const applyMigrations = (root: string, url: string, only?: readonly string[]): Promise<string[]> =>
  withDatabase(
    root,
    url,
    async (engine) =>
      (await engine.applyMigrations({ migrationsList: migrationsList(root, only), filters } as never)).appliedMigrationNames,
  )

/** SQL that leads from one state of the schema files to another, or undefined when there is no difference. Needs no database. */
export const diffSchemas = (root: string, from: readonly SchemaFile[], to: readonly SchemaFile[]): Promise<string | undefined> =>
  withoutDatabase(root, (engine) =>
    diff(engine, from.length ? { tag: 'schemaDatamodel', files: from } : { tag: 'empty' }, { tag: 'schemaDatamodel', files: to }),
  )

/** SQL that would lead from the database to the schema files; undefined = no drift. */
export const findDrift = (root: string, url: string): Promise<string | undefined> => {
  const files = schemaFiles(root)
  return withDatabase(root, url, (engine) =>
    diff(engine, { tag: 'schemaDatasource', files, configDir: root }, { tag: 'schemaDatamodel', files }),
  )
}

async function diff(engine: SchemaEngine, from: object, to: object): Promise<string | undefined> {
  const result = (await engine.diff({ from, to, script: true, exitCode: true, filters, shadowDatabaseUrl: null } as never)) as {
    exitCode: number
    stdout?: string | null
  }
  const sql = result.stdout?.trim() ?? ''
  return result.exitCode === 0 || !sql || /empty migration/.test(sql) ? undefined : sql
}
