import { z } from 'zod'
import type { KubernetesObject } from './objects'

/** What makes pods, and is followed until they are as it says. */
export const controllerKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const
export type ControllerKind = (typeof controllerKinds)[number]
export type ControllerRef = z.infer<typeof ControllerRefSchema>
export const isController = <Ref extends { readonly kind: string }>(ref: Ref): ref is Ref & Pick<ControllerRef, 'kind'> =>
  controllerKinds.some((one) => one === ref.kind)

const ControllerRefSchema = z.object({ apiVersion: z.string(), kind: z.enum(controllerKinds), name: z.string() })

/** What a placement in a cluster shall be, rendered: an approval signs exactly this. */
export const WorkloadContentSchema = z.object({
  kubernetes: z.literal(1),
  service: z.string(),
  subset: z.string(),
  component: z.string(),
  count: z.int(),
  package: z.object({ name: z.string(), version: z.string(), digest: z.string() }),
  release: z.object({ id: z.string(), number: z.int(), version: z.string() }),
  /** The one whose rollout is followed. */
  workload: ControllerRefSchema.extend({ kind: z.enum([...controllerKinds, 'Ingress']) }),
  /** Of a chart: the others that are. */
  also: z.array(ControllerRefSchema).max(200).optional(),
  /** A rollout that does not move for so long has failed. */
  progressMs: z.int(),
  /** What a pod may take to stop. */
  stopMs: z.int(),
  objects: z.array(z.custom<KubernetesObject>((value) => typeof value === 'object' && value !== null)).max(500),
})
export type WorkloadContent = z.infer<typeof WorkloadContentSchema>

/** All whose rollout is followed; of a route nothing is. */
export const followedIn = ({ workload, also = [] }: Pick<WorkloadContent, 'workload' | 'also'>): ControllerRef[] =>
  [workload, ...also].filter(isController)

export const readContent = (text: string): WorkloadContent => WorkloadContentSchema.parse(JSON.parse(text))

/** Names that selectors are made of; immutable, so that another subset can run beside without anything being made again. */
export const nameLabel = 'tengen.io/service-name'
export const subsetLabel = 'tengen.io/subset'

/** 5-model 1: what is made for a service is named by it and its subset. */
export const nameOf = ({ service, subset }: { service: string; subset: string }): string => `${service}-${subset}`

export const selectorOf = ({ service, subset }: { service: string; subset: string }): Record<string, string> => ({
  [nameLabel]: service,
  [subsetLabel]: subset,
})
