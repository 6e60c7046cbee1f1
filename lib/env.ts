import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z.stringbool().default(false)
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )

const EnvSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** The application's role: DML only. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The owner's role: migrates, and only that. Missing where nothing migrates. */
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Connections of this process's pool. */
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10),
  /** Given = BullMQ and the bus on Redis; missing = both on PostgreSQL. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** One folder for everything a single-machine installation keeps. */
  TENGEN_HOME: z
    .string()
    .default('.tengen')
    .transform((folder) => path.resolve(folder)),
  /** AES-256 key of all secrets, base64. Missing = TENGEN_HOME/master.key. */
  TENGEN_MASTER_KEY: z.base64().optional(),
  /** Divides every duration of lib/pace.ts. */
  TENGEN_PACE: z.coerce.number().min(0.1).max(1_000).default(1),
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(4800),
  WEB_HOST: z.string().default('127.0.0.1'),
  WEB_PORT: port.default(4801),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: port.default(4802),
  WORKER_METRICS_PORT: port.default(4803),
  /** What people type; its host is always allowed. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Further host names the gateway answers to; all others get 421. */
  PUBLIC_HOSTS: list,
  /** Addresses of reverse proxies whose x-forwarded-* are believed. */
  TRUST_PROXY: list,
  /** Requests a minute that one token or person may make through one gateway; 0 = no limit. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).default(6_000),
  /** Attempts to sign in, or with a credential that is none, a minute and address; 0 = no limit. Counted together where Redis is. */
  SIGN_INS_PER_MINUTE: z.coerce.number().int().min(0).default(300),
  /** Networks (10.0.0.0/8, 192.0.2.7) inside one's own house that requests to typed addresses may reach: providers, webhooks. */
  OUTGOING_ALLOW: list,
  /** Data of a unit that are more than this are not copied to another machine. */
  DATA_COPY_LIMIT_MIB: z.coerce.number().int().min(1).max(1_048_576).default(10_240),
  /** Days for which the audit is kept, at least 30; 0 = for ever. */
  AUDIT_KEEP_DAYS: z.coerce
    .number()
    .int()
    .default(0)
    .refine((days) => days === 0 || days >= 30, 'is 0, or at least 30'),
  /** The agent as one file, which machines that join are given. */
  AGENT_FILE: z
    .string()
    .default('dist/agent.mjs')
    .transform((file) => path.resolve(file)),
  /** Demo people may sign in through a one-time link. Loopback only. */
  DEMO: flag,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

export type Env = z.output<typeof EnvSchema>

const ModelEnvSchema = z.object({
  /** How many sequences the model test runs, and the seed of the first. */
  MODEL_SEQUENCES: z.coerce.number().int().min(1).default(300),
  MODEL_SEED: z.coerce.number().int().min(0).default(1),
})

/** Read while tests are collected, before there is a database. */
export const modelEnv = () => ModelEnvSchema.parse(process.env)

let parsed: Env | undefined

/** The environment, parsed on first use so that tests can set it before. */
export function env(): Env {
  return (parsed ??= parseEnv(process.env))
}

export function parseEnv(source: Record<string, string | undefined>): Env {
  // An empty variable means "not set": compose files and shells produce them.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const result = EnvSchema.safeParse(given)
  if (!result.success) throw new Error(`The environment is not usable:\n${z.prettifyError(result.error)}`)
  return result.data
}

/** For tests and scripts that start a database first: change variables and read them anew. */
export function setEnv(changes: Record<string, string | undefined>): Env {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  parsed = undefined
  key = undefined
  return env()
}

let key: Buffer | undefined

/** The 32 bytes that encrypt secrets, from the environment or from TENGEN_HOME/master.key (0600). */
export function masterKey(): Buffer {
  if (key) return key
  const { TENGEN_MASTER_KEY, TENGEN_HOME } = env()
  const found = Buffer.from(TENGEN_MASTER_KEY ?? readFileSync(path.join(TENGEN_HOME, 'master.key'), 'utf8').trim(), 'base64')
  if (found.length !== 32) throw new Error('The master key must be 32 bytes in base64.')
  return (key = found)
}

/** Of the command line: its own variables, and those that a person names for a secret. Empty = not set. */
export const shellVariable = (name: string): string | undefined => process.env[name] || undefined
