import type { Client } from '@/cli/api/client'
import { CliError, UsageError } from '@/cli/outcome'
import type { Rules } from './app-rules'

interface Release {
  readonly id: string
  readonly number: number
  readonly version: string
}

/** What of a service in one environment the command line reads. */
export interface Service {
  readonly id: string
  readonly stageId: string
  readonly name: string
  readonly environment: 'test' | 'production'
  readonly environments: readonly string[]
  readonly health: string
  readonly running: number
  readonly wanted: number
  readonly component: string
  readonly package: { readonly name: string }
  readonly release: Release | null
  readonly versions: readonly { readonly version: string; readonly id: string; readonly state: string }[]
  readonly placements: readonly {
    readonly id: string
    readonly wanted: number
    readonly subset: string
    readonly runtime: { readonly id: string; readonly name: string }
    readonly rules: Rules
  }[]
  readonly releases: readonly (Release & { readonly current: boolean; readonly placedIn: readonly unknown[] })[]
  readonly configuration: {
    readonly values: Record<string, unknown>
    readonly overlay: Record<string, unknown>
    readonly schema: { properties?: Record<string, { type?: string }> }
  } | null
  readonly variables: { readonly taken: readonly string[] }
  readonly promotion: { readonly stageId: string | null; readonly test: Release | null; readonly runs: Release | null }
}

const environments = ['test', 'production']

export function environmentOf(value: unknown, fallback?: string): string | undefined {
  if (value === undefined) return fallback
  if (typeof value !== 'string' || !environments.includes(value)) throw new UsageError('--env takes test or production.')
  return value
}

/** One service, or null where there is none of this name. */
export async function findService(client: Client, application: string, name: string, environment?: string): Promise<Service | null> {
  try {
    return await client.get<Service>(`${application}/services/${encodeURIComponent(name)}`, { environment })
  } catch (error) {
    if (error instanceof CliError && (error.details as { code?: string } | undefined)?.code === 'not_found') return null
    throw error
  }
}

export async function getService(client: Client, application: string, name: string, environment?: string): Promise<Service> {
  const found = await findService(client, application, name, environment)
  if (found) return found
  throw new CliError(
    `There is no service ${name}${environment ? ` in ${environment}` : ''}, or you may not see it.`,
    'tengen services lists those there are.',
  )
}

/** What a secret shows instead of its value is never sent back. */
export const plainValues = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !(typeof value === 'object' && value !== null && '$secret' in value)))
