import { z } from 'zod'
import { UsageError } from '@/cli/outcome'
import { IssuerSchema, RouteRuleSchema } from '@/lib/protocol/route'
import { AutomationSchema, PoliciesSchema } from './app-policies'
import { RulesSchema } from './app-rules'

/** Who fulfils a requirement: a service of the same application, or one of another as `application/service`; `external:name` for what is not ours. */
const ProvidersSchema = z.union([z.string(), z.array(z.string()).max(50)]).transform((one) => (typeof one === 'string' ? [one] : one))

const PlacementSchema = z.strictObject({
  runtime: z.string(),
  count: z.int().min(1).max(1000).default(1),
  rules: RulesSchema.optional(),
})

const StageSchema = z.strictObject({
  version: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
  overlay: z.record(z.string(), z.unknown()).default({}),
  variables: z.array(z.string()).default([]),
  relations: z.record(z.string(), ProvidersSchema).default({}),
  placements: z.array(PlacementSchema).min(1),
})
export type StageFile = z.output<typeof StageSchema>

const ServiceSchema = z.strictObject({
  package: z.string(),
  component: z.string().default('main'),
  automation: AutomationSchema.optional(),
  test: StageSchema.optional(),
  production: StageSchema.optional(),
})

/** Certificates are uploaded on the page of the route; `certificate` stays with the one that is served. */
const RouteSchema = z.strictObject({
  rules: z.array(RouteRuleSchema).min(1).max(50),
  tls: z.union([z.enum(['none', 'certificate']), z.strictObject({ issuer: IssuerSchema })]).default('none'),
  /** Missing: what it has stays, and a new one has the default of its clusters. */
  ingressClass: z.string().max(253).optional(),
})
export type RouteFile = z.output<typeof RouteSchema>

const RoutesSchema = z.record(z.string(), z.strictObject({ test: RouteSchema.optional(), production: RouteSchema.optional() }))
export type RoutesFile = z.output<typeof RoutesSchema>

/** The services and routes of an application as one file. Secrets are not in it, and what it does not name is left alone. */
export const AppFileSchema = z.strictObject({
  tengen: z.literal('app/1'),
  application: z.string().optional(),
  policies: PoliciesSchema,
  services: z.record(z.string(), ServiceSchema).default({}),
  routes: RoutesSchema.default({}),
})
export type AppFile = z.output<typeof AppFileSchema>

export function parseAppFile(input: unknown, file: string): AppFile {
  const result = AppFileSchema.safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`)
  throw new UsageError(`${file} is not as it should be:\n${issues.join('\n')}`)
}

export const environments = ['test', 'production'] as const
