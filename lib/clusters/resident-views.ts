import { z } from 'zod'
import { ReleaseRefSchema } from '@/lib/deploys/release-views'
import { DeployStateSchema } from '@/lib/deploys/views'
import { EnvironmentSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'
import { workloadStates } from '@/lib/workloads/views'

const NamedSchema = z.object({ slug: z.string(), name: z.string() })

/** Its removal from a cluster that is being removed. */
export const LeavingSchema = z.object({
  since: TimeSchema,
  /** What was asked for; null = it will be, or was refused a plan. */
  record: z.object({ number: z.int(), state: DeployStateSchema, href: z.string().nullable() }).nullable(),
  /** Why no plan could be made of it, as last tried. */
  refused: SentenceSchema.nullable(),
})

/** A service or route that is, or shall be, in a cluster. */
export const ResidentSchema = z.object({
  placementId: z.string(),
  organization: NamedSchema,
  application: NamedSchema,
  service: z.string(),
  isRoute: z.boolean(),
  subset: z.string(),
  environment: EnvironmentSchema,
  namespace: z.string().nullable(),
  /** The way to its page; null = it is not for who asks. */
  href: z.string().nullable(),
  state: z.enum(workloadStates),
  stateSince: TimeSchema.nullable(),
  held: z.boolean(),
  release: ReleaseRefSchema.nullable(),
  desired: z.int(),
  ready: z.int(),
  available: z.int(),
  /** In this environment it is nowhere else. */
  isOnlyHere: z.boolean(),
  leaving: LeavingSchema.nullable(),
})
export type Resident = z.infer<typeof ResidentSchema>

export const ResidentListSchema = pageOf(ResidentSchema)
export type ResidentList = z.infer<typeof ResidentListSchema>
