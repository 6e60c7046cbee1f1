import { z } from 'zod'
import { ReleaseRefSchema } from '@/lib/deploys/release-views'
import { TimeSchema } from '@/lib/views'

export const workloadStates = ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'] as const
export type WorkloadStateName = (typeof workloadStates)[number]

/** Warnings of a cluster that are kept of one placement. */
export const mostWarnings = 20

export const WarningViewSchema = z.object({
  /** `Pod/web-stable-5f6945dcfc-abcde` */
  about: z.string(),
  reason: z.string(),
  message: z.string(),
  at: z.string(),
  count: z.number().int(),
})
export type WarningView = z.infer<typeof WarningViewSchema>

/** Somebody's hand on what was made for a placement, in the cluster itself. */
export const OutsideChangeSchema = z.object({
  /** `Deployment/web-stable` */
  object: z.string(),
  /** `said`: it says something of its own. `lessened`: something that the release says was changed or is gone. */
  kind: z.enum(['said', 'lessened', 'missing']),
  /** As the cluster calls it: `kubectl-edit`; null where it keeps no name. */
  owner: z.string().nullable(),
  at: z.string().nullable(),
  /** `.spec.template.spec.containers[web].image`; the first twenty. */
  fields: z.array(z.string()),
  /** The same change has the same one; a later one has another. */
  print: z.string(),
})
export type OutsideChange = z.infer<typeof OutsideChangeSchema>

export const podStates = ['ready', 'running', 'pending', 'failing', 'leaving', 'ended', 'gone'] as const
export type PodStateName = (typeof podStates)[number]

export const PodViewSchema = z.object({
  /** As its cluster knows it. */
  id: z.string(),
  name: z.string(),
  state: z.enum(podStates),
  isNewest: z.boolean(),
  node: z.string().nullable(),
  address: z.string().nullable(),
  image: z.string(),
  restarts: z.number().int(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  startedAt: TimeSchema.nullable(),
  goneAt: TimeSchema.nullable(),
  /** What it printed last was kept. */
  hasLines: z.boolean(),
})
export type PodView = z.infer<typeof PodViewSchema>

export const OutsideSeenSchema = OutsideChangeSchema.extend({ isKept: z.boolean() })
export type OutsideSeen = z.infer<typeof OutsideSeenSchema>

/** A placement in a cluster, as its page shows it. */
export const WorkloadViewSchema = z.object({
  state: z.enum(workloadStates),
  stateSince: TimeSchema,
  held: z.boolean(),
  heldBy: z.object({ id: z.string(), number: z.number().int() }).nullable(),
  /** The cluster's last word. */
  heardAt: TimeSchema.nullable(),
  /** What is rolled out whole. */
  release: ReleaseRefSchema.nullable(),
  namespace: z.string().nullable(),
  desired: z.number().int(),
  updated: z.number().int(),
  ready: z.number().int(),
  available: z.number().int(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  lastLines: z.string().nullable(),
  /** What was made for it, as the cluster names it: `Deployment/web-stable`. */
  objects: z.array(z.string()),
  /** At most a hundred; those that are gone last. */
  pods: z.array(PodViewSchema),
  warnings: z.array(WarningViewSchema),
  /** What others changed in the cluster; `isKept`: an admin lets it be. */
  outside: z.array(OutsideSeenSchema),
})
export type WorkloadView = z.infer<typeof WorkloadViewSchema>
