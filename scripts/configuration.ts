import { z } from 'zod'
import { EnvSchema } from '@/lib/env'

interface Setting {
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** What the installation sets or finds by itself, and nobody writes down. */
const unsaid = new Set(['NODE_ENV', 'DEMO', 'AGENT_FILE', 'TENGEN_PACE'])

/** docs/configuration.md: the table of settings, from their schema. */
export function configurationText(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(EnvSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Setting>
    required?: readonly string[]
  }
  const rows = Object.entries(properties)
    .filter(([name]) => !unsaid.has(name))
    .map(([name, setting]) => `| \`${name}\` | ${setting.description ?? ''} | ${usualOf(setting, required.includes(name))} |`)
  return [
    '# Settings',
    '',
    'Generated from `lib/env.ts` by `npm run docs`. They are read from the environment when a process starts; an empty one counts as not set, and',
    'one that makes no sense keeps the process from starting, with the reason. `npm run up` sets the first ones itself.',
    '',
    '| Setting | What | Usual |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function usualOf({ default: usual, enum: choices, minimum, maximum }: Setting, isRequired: boolean): string {
  const value = usual === undefined ? (isRequired ? 'must be given' : 'not set') : usual === '' ? 'none' : `\`${usual}\``
  const within = choices ? choices.map((one) => `\`${one}\``).join(' ') : isRange(minimum, maximum) ? `${minimum} to ${maximum}` : ''
  return within ? `${value} (${within})` : value
}

const isRange = (minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): boolean =>
  minimum > Number.MIN_SAFE_INTEGER && maximum < Number.MAX_SAFE_INTEGER
