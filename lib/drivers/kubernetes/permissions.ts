import type { KubernetesClient } from './client'
import type { KubernetesObject } from './objects'

/** One line of what the hub needs in a cluster. `why` is worded by `clusters.needs.<why>`. */
export interface Need {
  readonly why: 'facts' | 'usage' | 'namespaces' | 'fences' | 'accounts' | 'identity' | 'watch'
  readonly group: string
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly names?: readonly string[]
  /** Only there; else in the whole cluster. */
  readonly namespace?: string
  /** Without it something is missing on screens, and nothing else. */
  readonly isOptional?: true
}

export const hubNamespace = 'tengen-system'
export const hubAccount = 'tengen'
/** The account of an application, in its namespace, and the role that it has there: every apply steps back to it. */
export const applicationAccount = 'tengen-application'
export const applicationRole = 'tengen-application'
/** How a cluster calls the application's account in a namespace. */
export const applicationIn = (namespace: string): string => `system:serviceaccount:${namespace}:${applicationAccount}`

const read = ['get', 'list', 'watch'] as const
const tend = [...read, 'create', 'patch', 'delete'] as const

/** The table: the manifest, the checks and the page are made from it. */
export const needs: readonly Need[] = [
  { why: 'facts', group: '', resources: ['nodes'], verbs: read },
  { why: 'facts', group: 'storage.k8s.io', resources: ['storageclasses'], verbs: read },
  { why: 'facts', group: 'networking.k8s.io', resources: ['ingressclasses'], verbs: read },
  { why: 'usage', group: 'metrics.k8s.io', resources: ['nodes', 'pods'], verbs: ['get', 'list'], isOptional: true },
  { why: 'namespaces', group: '', resources: ['namespaces'], verbs: tend },
  { why: 'fences', group: '', resources: ['resourcequotas', 'limitranges'], verbs: tend },
  { why: 'fences', group: 'networking.k8s.io', resources: ['networkpolicies'], verbs: tend },
  { why: 'accounts', group: '', resources: ['serviceaccounts'], verbs: tend },
  { why: 'accounts', group: 'rbac.authorization.k8s.io', resources: ['rolebindings'], verbs: tend },
  { why: 'accounts', group: 'rbac.authorization.k8s.io', resources: ['clusterroles'], verbs: ['bind'], names: [applicationRole] },
  { why: 'accounts', group: '', resources: ['serviceaccounts'], verbs: ['impersonate'], names: [applicationAccount] },
  // With its own role everything that belongs to it goes.
  {
    why: 'accounts',
    group: 'rbac.authorization.k8s.io',
    resources: ['clusterroles'],
    verbs: ['delete'],
    names: [hubAccount, applicationRole],
  },
  {
    why: 'identity',
    group: '',
    resources: ['serviceaccounts/token'],
    verbs: ['create'],
    names: [hubAccount],
    namespace: hubNamespace,
  },
  {
    why: 'watch',
    group: '',
    resources: ['pods', 'pods/log', 'services', 'configmaps', 'events', 'persistentvolumeclaims'],
    verbs: read,
  },
  { why: 'watch', group: 'apps', resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'], verbs: read },
  { why: 'watch', group: 'batch', resources: ['jobs', 'cronjobs'], verbs: read },
  { why: 'watch', group: 'discovery.k8s.io', resources: ['endpointslices'], verbs: read },
  { why: 'watch', group: 'networking.k8s.io', resources: ['ingresses'], verbs: read },
  { why: 'watch', group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: read },
  { why: 'watch', group: 'policy', resources: ['poddisruptionbudgets'], verbs: read },
]

const all = ['*'] as const

/** What an application may do in its own namespace: everything that services are made of, and nothing that fences it in. */
const applicationRules = [
  {
    apiGroups: [''],
    resources: ['pods', 'pods/log', 'pods/exec', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'events'],
    verbs: all,
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale', 'replicasets', 'statefulsets', 'statefulsets/scale', 'daemonsets'],
    verbs: all,
  },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: all },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: all },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: all },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: all },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: all },
]

const rbac = 'rbac.authorization.k8s.io'
const labels = { 'app.kubernetes.io/managed-by': 'tengen' }
const ruleOf = ({ group, resources, verbs, names }: Need) => ({
  apiGroups: [group],
  resources,
  verbs,
  ...(names ? { resourceNames: names } : {}),
})

/** The hub's own account with exactly what it needs. The first is what the others are made to belong to: with it they go. */
export function hubObjects(): [KubernetesObject, ...KubernetesObject[]] {
  const subjects = [{ kind: 'ServiceAccount', name: hubAccount, namespace: hubNamespace }]
  const own = { name: hubAccount, labels }
  const here = { ...own, namespace: hubNamespace }
  const ref = (kind: string) => ({ apiGroup: rbac, kind, name: hubAccount })
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: own, rules: needs.filter((need) => !need.namespace).map(ruleOf) },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: hubNamespace, labels } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: here },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: applicationRole, labels }, rules: applicationRules },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: own, roleRef: ref('ClusterRole'), subjects },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: here, rules: needs.filter((need) => need.namespace).map(ruleOf) },
    { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: here, roleRef: ref('Role'), subjects },
  ]
}

interface Review {
  readonly status?: { readonly allowed?: boolean }
}

async function isAllowed(client: KubernetesClient, attributes: object): Promise<boolean> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: attributes } }
  return (await client.post<Review>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body)).status?.allowed === true
}

export interface MissingNeed {
  readonly why: Need['why']
  readonly group: string
  readonly resource: string
  readonly verbs: string[]
  readonly name: string | null
  readonly namespace: string | null
  readonly isOptional: boolean
}

/** Asks the cluster for every single permission, and says which are missing. */
export async function findMissing(client: KubernetesClient, wanted: readonly Need[] = needs): Promise<MissingNeed[]> {
  const lines = wanted.flatMap((need) => need.resources.map((resource) => ({ need, resource })))
  const found = await Promise.all(
    lines.map(async ({ need, resource: full }) => {
      const [resource, subresource] = full.split('/')
      const name = need.names?.join(', ')
      const place = {
        group: need.group,
        resource,
        ...(subresource ? { subresource } : {}),
        ...(need.namespace ? { namespace: need.namespace } : {}),
      }
      const ask = async (verb: string) => {
        const each = need.names?.map((one) => isAllowed(client, { ...place, verb, name: one })) ?? [isAllowed(client, { ...place, verb })]
        return (await Promise.all(each)).every(Boolean)
      }
      const allowed = await Promise.all(need.verbs.map(ask))
      const verbs = need.verbs.filter((_, at) => !allowed[at])
      const { why, group, namespace = null, isOptional = false } = need
      return { why, group, resource: full, verbs, name: name ?? null, namespace, isOptional }
    }),
  )
  return found.filter((one) => one.verbs.length > 0)
}

/** What somebody needs who makes the hub's account: making these kinds, and giving what they have themselves. */
export const installNeeds: readonly Need[] = [
  { why: 'namespaces', group: '', resources: ['namespaces'], verbs: ['create', 'patch'] },
  { why: 'accounts', group: '', resources: ['serviceaccounts'], verbs: ['create', 'patch'], namespace: hubNamespace },
  { why: 'accounts', group: rbac, resources: ['clusterroles', 'clusterrolebindings'], verbs: ['create', 'patch'] },
  { why: 'accounts', group: rbac, resources: ['roles', 'rolebindings'], verbs: ['create', 'patch'], namespace: hubNamespace },
  { why: 'identity', group: '', resources: ['serviceaccounts/token'], verbs: ['create'], namespace: hubNamespace },
]
