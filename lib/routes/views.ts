import { z } from 'zod'
import { DeployRefSchema, DeployRowSchema } from '@/lib/deploys/views'
import { EnvironmentSchema, GateSchema, PersonSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'
import { OutsideSeenSchema } from '@/lib/workloads/views'

/** works and fails by an actual request; unknown while nobody has asked lately, or its cluster is not heard. */
export const routeStates = ['none', 'coming', 'works', 'fails', 'unknown'] as const
export type RouteStateName = (typeof routeStates)[number]

export const RouteRuleViewSchema = z.object({
  path: z.string(),
  match: z.enum(['prefix', 'exact']),
  service: z.string(),
  port: z.string(),
})

export const CertificateViewSchema = z.object({
  fingerprint: z.string(),
  names: z.array(z.string()),
  issuer: z.string(),
  from: TimeSchema,
  to: TimeSchema,
  /** Whole days that are left; below zero it has ended. */
  daysLeft: z.number().int(),
  isSelfSigned: z.boolean(),
  /** How many certificates the file holds. */
  length: z.number().int(),
})
export type CertificateView = z.infer<typeof CertificateViewSchema>

export const RouteTlsViewSchema = z.object({
  kind: z.enum(['none', 'certificate', 'issuer']),
  issuer: z.object({ kind: z.enum(['ClusterIssuer', 'Issuer']), name: z.string() }).nullable(),
  certificate: CertificateViewSchema.nullable(),
})

export const RouteRowSchema = z.object({
  stageId: z.string(),
  host: z.string(),
  environment: EnvironmentSchema,
  state: z.enum(routeStates),
  /** Why it does not work, worded by `routes.answers.<code>`. */
  why: SentenceSchema.nullable(),
  /** Of the version in force; before the first one of what was asked for. */
  rules: z.array(RouteRuleViewSchema),
  tls: RouteTlsViewSchema,
  /** Null = the default of its clusters. */
  ingressClass: z.string().nullable(),
  version: z.number().int().nullable(),
  clusters: z.array(z.string()),
  lastDeploy: DeployRefSchema.nullable(),
  checkedAt: TimeSchema.nullable(),
})
export type RouteRow = z.infer<typeof RouteRowSchema>

export const RouteListSchema = pageOf(RouteRowSchema).extend({
  gates: z.object({ create: GateSchema }),
  asOf: TimeSchema,
})
export type RouteList = z.infer<typeof RouteListSchema>

/** A route in one cluster. */
export const RoutePlaceSchema = z.object({
  placementId: z.string(),
  cluster: z.string(),
  heardAt: TimeSchema.nullable(),
  state: z.enum(routeStates),
  why: SentenceSchema.nullable(),
  /** What its cluster said of the last change. */
  trouble: z.string().nullable(),
  version: z.number().int().nullable(),
  addresses: z.array(z.string()),
  status: z.number().int().nullable(),
  tookMs: z.number().int().nullable(),
  checkedAt: TimeSchema.nullable(),
  since: TimeSchema.nullable(),
  /** What others changed of it in the cluster; `isKept`: an admin lets it be. */
  outside: z.array(OutsideSeenSchema),
})
export type RoutePlace = z.infer<typeof RoutePlaceSchema>

export const RouteVersionSchema = z.object({
  id: z.string(),
  number: z.number().int(),
  createdBy: PersonSchema,
  createdAt: TimeSchema,
  rules: z.array(RouteRuleViewSchema),
  tls: RouteTlsViewSchema,
  placedIn: z.array(z.string()),
  rollBack: GateSchema,
})
export type RouteVersion = z.infer<typeof RouteVersionSchema>

/** What a route may lead to. */
export const BackendViewSchema = z.object({
  service: z.string(),
  ports: z.array(z.string()),
  clusters: z.array(z.string()),
  /** On machines: the ways in that lead to it. */
  entries: z.array(z.string()),
})
export type BackendView = z.infer<typeof BackendViewSchema>

export const RouteChoicesSchema = z.object({
  backends: z.array(BackendViewSchema),
  classes: z.array(z.string()),
  /** Clusters whose certificates cert-manager may issue. */
  issuing: z.array(z.string()),
})
export type RouteChoices = z.infer<typeof RouteChoicesSchema>

export const NewRouteSchema = z.object({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
  test: RouteChoicesSchema,
  production: RouteChoicesSchema,
  gates: z.object({ create: GateSchema, uploadTest: GateSchema, uploadProduction: GateSchema }),
})
export type NewRouteView = z.infer<typeof NewRouteSchema>

/** What test has in force, and what production would get of it. */
export const RoutePromotionSchema = z.object({
  test: z.object({ number: z.number().int(), rules: z.array(RouteRuleViewSchema) }),
  production: z.object({ number: z.number().int(), rules: z.array(RouteRuleViewSchema) }).nullable(),
  /** The version of test that production came from. */
  runs: z.number().int().nullable(),
  /** Both lead to the same. */
  isSame: z.boolean(),
  /** How production serves it; before its first version as test does. */
  tls: RouteTlsViewSchema,
  choices: RouteChoicesSchema,
  gates: z.object({ promote: GateSchema, upload: GateSchema }),
})
export type RoutePromotion = z.infer<typeof RoutePromotionSchema>

export const RouteViewSchema = RouteRowSchema.extend({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
  url: z.string().nullable(),
  /** Where it is in its other environment too. */
  environments: z.array(EnvironmentSchema),
  places: z.array(RoutePlaceSchema),
  versions: z.array(RouteVersionSchema),
  live: DeployRefSchema.nullable(),
  deploys: z.array(DeployRowSchema),
  choices: RouteChoicesSchema,
  /** Null while nothing of it is in force in test. */
  promotion: RoutePromotionSchema.nullable(),
  gates: z.object({ change: GateSchema, upload: GateSchema, remove: GateSchema, check: GateSchema, keepOutside: GateSchema }),
  asOf: TimeSchema,
})
export type RouteView = z.infer<typeof RouteViewSchema>
