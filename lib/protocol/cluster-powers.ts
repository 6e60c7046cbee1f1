/** What pods and services of an organisation may ask for beyond the fence, once an operator lets them. */
export const clusterPowers = [
  'host_network',
  'host_processes',
  'host_folders',
  'host_ports',
  'privileged',
  'capabilities',
  'account',
  'node',
  'outside_addresses',
] as const
export type ClusterPower = (typeof clusterPowers)[number]

interface Fence {
  /** From the pod, or from the Service; `*` stands for every item. */
  readonly path: string
  readonly is: (value: unknown) => boolean
  /** What it would give, or take. */
  readonly why: string
  readonly power: ClusterPower
}

const given = (value: unknown) => value !== undefined
const on = (value: unknown) => value === true
const some = (value: unknown) => Array.isArray(value) && value.length > 0

/** What a pod may not ask for: each is a way out of its fence. */
export const forbiddenInPods: readonly Fence[] = [
  { path: 'hostNetwork', is: on, why: 'the network of its node', power: 'host_network' },
  { path: 'hostPID', is: on, why: 'the processes of its node', power: 'host_processes' },
  { path: 'hostIPC', is: on, why: 'the memory of its node', power: 'host_processes' },
  { path: 'serviceAccountName', is: given, why: 'another account of the cluster', power: 'account' },
  { path: 'serviceAccount', is: given, why: 'another account of the cluster', power: 'account' },
  { path: 'nodeName', is: given, why: 'a node of its choice, past the scheduler', power: 'node' },
  { path: 'automountServiceAccountToken', is: on, why: 'a token of the cluster', power: 'account' },
  { path: 'volumes.*.projected.sources.*.serviceAccountToken', is: given, why: 'a token of the cluster', power: 'account' },
  { path: 'volumes.*.hostPath', is: given, why: 'folders of its node', power: 'host_folders' },
  ...['containers.*', 'initContainers.*'].flatMap((one): Fence[] => [
    { path: `${one}.securityContext.privileged`, is: on, why: 'all rights on its node', power: 'privileged' },
    { path: `${one}.securityContext.capabilities.add`, is: some, why: 'more rights on its node', power: 'capabilities' },
    {
      path: `${one}.securityContext.procMount`,
      is: (value) => given(value) && value !== 'Default',
      why: 'a view into its node',
      power: 'privileged',
    },
    { path: `${one}.ports.*.hostPort`, is: given, why: 'ports of its node', power: 'host_ports' },
  ]),
]

/** The same of a Service: traffic that others send elsewhere would come to it. */
export const forbiddenInServices: readonly Fence[] = ['externalIPs', 'externalName'].map((path) => ({
  path,
  is: given,
  why: 'traffic that is meant for others',
  power: 'outside_addresses',
}))

/** Those that a namespace itself refuses as long as it keeps to what Kubernetes calls the baseline. */
const aboveBaseline: ReadonlySet<ClusterPower> = new Set([
  'host_network',
  'host_processes',
  'host_folders',
  'host_ports',
  'privileged',
  'capabilities',
])

/** The pod security standard that a namespace enforces. */
export const podSecurityOf = (powers: readonly ClusterPower[]): 'baseline' | 'privileged' =>
  powers.some((power) => aboveBaseline.has(power)) ? 'privileged' : 'baseline'
