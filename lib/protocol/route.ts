import { z } from 'zod'

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const pattern = new RegExp(`^(\\*\\.)?(${label}\\.)+${label}$`)

/** As browsers ask for it. A name with a dot: services have none in theirs. `*.` at its beginning stands for exactly one label. */
export const HostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .regex(pattern, 'Use a host name such as shop.example.org, or *.example.org for all names below it.')
  .refine((host) => !/^[\d.]+$/.test(host), 'Use a host name, not an address.')

export const PathSchema = z
  .string()
  .trim()
  .max(500)
  .regex(/^\/[A-Za-z0-9/._~!$&'()*+,=:@%-]*$/, 'Begin with a slash, as in /api.')

/** Which of its paths go to which port of which service. */
export const RouteRuleSchema = z.object({
  path: PathSchema.default('/'),
  /** prefix: it and all below it. exact: it alone. */
  match: z.enum(['prefix', 'exact']).default('prefix'),
  service: z.string().min(1).max(100),
  /** As the service names it. */
  port: z.string().min(1).max(63),
})
export type RouteRule = z.output<typeof RouteRuleSchema>

export const tlsKinds = ['none', 'certificate', 'issuer'] as const

/** The host's name in Kubernetes’ own words. */
const ObjectName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'Use the name of an issuer in the cluster.')

/** What a version of a route holds: the values of a release. */
export const RouteValuesSchema = z.object({
  host: HostSchema,
  rules: z.array(RouteRuleSchema).min(1).max(50),
  /** Null = the cluster's default. */
  ingressClass: z.string().nullable(),
  tls: z.enum(tlsKinds),
  /** The certificate and those that signed it, PEM. */
  chain: z.string().optional(),
  /** The secret that holds its key. */
  key: z.string().optional(),
  /** Who issues it in the cluster, through cert-manager. */
  issuer: z.object({ kind: z.enum(['ClusterIssuer', 'Issuer']), name: ObjectName }).optional(),
})
export type RouteValues = z.output<typeof RouteValuesSchema>

export const IssuerSchema = RouteValuesSchema.shape.issuer.unwrap()
