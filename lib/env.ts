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

export const EnvSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development').describe('What is built and started runs as production.'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe(`The application's role: DML only.`),
  DATABASE_OWNER_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe(`The owner's role: migrates, and only that. Missing where nothing migrates.`),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10).describe(`Connections of this process's pool.`),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Given = BullMQ and the bus on Redis; missing = both on PostgreSQL.'),
  TENGEN_HOME: z
    .string()
    .default('.tengen')
    .transform((folder) => path.resolve(folder))
    .describe('One folder for everything a single-machine installation keeps.'),
  TENGEN_MASTER_KEY: z.base64().optional().describe('AES-256 key of all secrets, base64. Missing = TENGEN_HOME/master.key.'),
  TENGEN_PACE: z.coerce.number().min(0.1).max(1_000).default(1).describe('Divides every duration of lib/pace.ts.'),
  GATEWAY_HOST: z.string().default('127.0.0.1').describe('The address that the public port listens on.'),
  GATEWAY_PORT: port.default(4800).describe('The public port: people, programs, agents.'),
  WEB_HOST: z.string().default('127.0.0.1').describe('Where the web process is; only the gateway speaks to it.'),
  WEB_PORT: port.default(4801).describe('The port of the web process.'),
  METRICS_HOST: z.string().default('127.0.0.1').describe('Where Prometheus asks.'),
  METRICS_PORT: port.default(4802).describe('Metrics of the gateway.'),
  WORKER_METRICS_PORT: port.default(4803).describe('Metrics of the workers.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('What people type; its host is always allowed.'),
  PUBLIC_HOSTS: list.describe('Further host names the gateway answers to; all others get 421.'),
  TRUST_PROXY: list.describe('Addresses of reverse proxies whose x-forwarded-* are believed.'),
  API_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(0)
    .default(6_000)
    .describe('Requests a minute that one token or person may make through one gateway; 0 = no limit.'),
  SIGN_INS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(0)
    .default(300)
    .describe(
      'Attempts to sign in, or with a credential that is none, a minute and address; 0 = no limit. Counted together where Redis is.',
    ),
  OUTGOING_ALLOW: list.describe(
    `Networks (10.0.0.0/8, 192.0.2.7) inside one's own house that requests to typed addresses may reach: providers, webhooks.`,
  ),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('The mail server, smtp://user:password@host:587 or smtps://…; missing = nothing goes by mail.'),
  MAIL_FROM: z.string().max(200).default('Tengen <tengen@localhost>').describe('From whom mails come.'),
  DATA_COPY_LIMIT_MIB: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_048_576)
    .default(10_240)
    .describe('Data of a unit that are more than this are not copied to another machine.'),
  AUDIT_KEEP_DAYS: z.coerce
    .number()
    .int()
    .default(0)
    .refine((days) => days === 0 || days >= 30, 'is 0, or at least 30')
    .describe('Days for which the audit is kept, at least 30; 0 = for ever.'),
  TENGEN_HELM: z.string().optional().describe('The Helm program that renders charts; missing = the one in PATH.'),
  AGENT_FILE: z
    .string()
    .default('dist/agent.mjs')
    .transform((file) => path.resolve(file))
    .describe('The agent as one file, which machines that join are given.'),
  DEMO: flag.describe('Demo people may sign in through a one-time link. Loopback only.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('From which level on lines are written.'),
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
