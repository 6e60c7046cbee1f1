import { z } from 'zod'

export const NodeFactsSchema = z.object({
  name: z.string(),
  isReady: z.boolean(),
  reason: z.string().nullable(),
  isCordoned: z.boolean(),
  version: z.string(),
  system: z.string(),
  architecture: z.string(),
  zone: z.string().nullable(),
  cpuMillis: z.number(),
  memoryMib: z.number(),
  pods: z.number(),
})

const ClassFactsSchema = z.object({ name: z.string(), by: z.string(), isDefault: z.boolean() })
const NodeUsageSchema = z.object({ name: z.string(), cpuMillis: z.number(), memoryMib: z.number() })

/** What is known of a cluster's inside, as its column holds it. */
export const ClusterFactsSchema = z.object({
  nodes: z.array(NodeFactsSchema).default([]),
  storageClasses: z.array(ClassFactsSchema).default([]),
  ingressClasses: z.array(ClassFactsSchema).default([]),
  /** Null = the cluster measures nothing, or does not say. */
  usage: z.array(NodeUsageSchema).nullable().default(null),
  /** Versions of its API that it serves (`apps/v1`): what charts ask for. */
  apis: z.array(z.string()).default([]),
})
export type ClusterFacts = z.infer<typeof ClusterFactsSchema>

/** Certificates can be had from cert-manager there. */
export const hasCertManager = ({ apis }: Pick<ClusterFacts, 'apis'>): boolean => apis.some((one) => one.startsWith('cert-manager.io/'))

export const factsOf = ({ facts }: { facts: unknown }): ClusterFacts => ClusterFactsSchema.catch(ClusterFactsSchema.parse({})).parse(facts)

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0)

export interface ClusterSums {
  readonly nodes: number
  readonly readyNodes: number
  readonly cpuMillis: number
  readonly memoryMib: number
  readonly pods: number
  /** In percent of what there is; null = not measured. */
  readonly cpuPercent: number | null
  readonly memoryPercent: number | null
}

export function sumsOf({ nodes, usage }: ClusterFacts): ClusterSums {
  const cpuMillis = sum(nodes, (node) => node.cpuMillis)
  const memoryMib = sum(nodes, (node) => node.memoryMib)
  const share = (used: number, whole: number) => (usage && whole > 0 ? Math.round((used / whole) * 100) : null)
  return {
    nodes: nodes.length,
    readyNodes: nodes.filter((node) => node.isReady && !node.isCordoned).length,
    cpuMillis,
    memoryMib,
    pods: sum(nodes, (node) => node.pods),
    cpuPercent: share(
      sum(usage ?? [], (one) => one.cpuMillis),
      cpuMillis,
    ),
    memoryPercent: share(
      sum(usage ?? [], (one) => one.memoryMib),
      memoryMib,
    ),
  }
}
