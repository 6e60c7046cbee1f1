import type { KubernetesObject } from './objects'
import { applicationAccount, applicationRole } from './permissions'

/** Says whose an object is; nothing without these is ever changed or removed. */
export const ownedBy = {
  hub: 'tengen.io/hub',
  application: 'tengen.io/application',
} as const

/** What a namespace is to have: as rows say it. */
export interface NamespaceWish {
  readonly name: string
  /** Of this hub; another hub's namespaces are strangers like anybody's. */
  readonly hubId: string
  readonly applicationId: string
  readonly organization: string
  readonly application: string
  readonly environment: string
  readonly quota: NamespaceQuota
  /** What its pods are held to. */
  readonly podSecurity: 'baseline' | 'privileged'
  /** It was there before: what runs in it is not made to fail by rules for new ones. */
  readonly isAdopted: boolean
}

/** The organisation's share of the cluster; null = no limit. */
export interface NamespaceQuota {
  readonly units: number | null
  readonly cpuMillis: number | null
  readonly memoryMib: number | null
  readonly diskMib: number | null
}

const managed = { 'app.kubernetes.io/managed-by': 'tengen' }
/** Whose an object is. */
export const labelsOf = ({ hubId, applicationId }: Pick<NamespaceWish, 'hubId' | 'applicationId'>) => ({
  ...managed,
  [ownedBy.hub]: hubId,
  [ownedBy.application]: applicationId,
})

/** Pods that say nothing of their size count with this, so that a quota can count them at all. */
const defaultSize = { request: { cpu: '50m', memory: '64Mi' }, limit: { memory: '512Mi' } }

function hardOf({ units, cpuMillis, memoryMib, diskMib }: NamespaceQuota): Record<string, string> {
  return {
    ...(units === null ? {} : { pods: String(units) }),
    ...(cpuMillis === null ? {} : { 'requests.cpu': `${cpuMillis}m` }),
    ...(memoryMib === null ? {} : { 'requests.memory': `${memoryMib}Mi` }),
    ...(diskMib === null ? {} : { 'requests.storage': `${diskMib}Mi` }),
  }
}

/** Everybody of the same application, and doors and names of the cluster; nobody of another application. */
const networkRules = {
  podSelector: {},
  policyTypes: ['Ingress'],
  ingress: [
    { from: [{ podSelector: {} }] },
    // Other applications' namespaces carry the label; ingress controllers and the cluster's own do not.
    { from: [{ namespaceSelector: { matchExpressions: [{ key: ownedBy.application, operator: 'DoesNotExist' }] } }] },
  ],
}

/** Everything a namespace of an application has, in the order in which it is made. Pure: the same wish gives the same objects. */
export function namespaceObjects(wish: NamespaceWish): KubernetesObject[] {
  const labels = labelsOf(wish)
  const own = (name: string) => ({ name, namespace: wish.name, labels })
  const hard = hardOf(wish.quota)
  const readable = { 'tengen.io/organization': wish.organization, 'tengen.io/application-name': wish.application }
  const limits = [{ type: 'Container', defaultRequest: defaultSize.request, default: defaultSize.limit }]
  const account = { kind: 'ServiceAccount', name: applicationAccount, namespace: wish.name }
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: wish.name,
        labels: {
          ...labels,
          'tengen.io/environment': wish.environment,
          ...(wish.isAdopted ? {} : { 'pod-security.kubernetes.io/enforce': wish.podSecurity }),
        },
        annotations: readable,
      },
    },
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: own('tengen'), spec: { hard } },
    { apiVersion: 'v1', kind: 'LimitRange', metadata: own('tengen'), spec: { limits } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: own('tengen'), spec: networkRules },
    // What runs gets its token only by asking for it.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: own(applicationAccount), automountServiceAccountToken: false },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: own('tengen'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: applicationRole },
      subjects: [account],
    },
  ]
}

export type NamespaceOwner = 'ours' | 'another_application' | 'another_hub' | 'nobody'

/** Whose namespace this is, by its labels. */
export function ownerOf(
  { metadata: { labels = {} } }: KubernetesObject,
  { hubId, applicationId }: Pick<NamespaceWish, 'hubId' | 'applicationId'>,
): NamespaceOwner {
  const hub = labels[ownedBy.hub]
  if (!hub) return 'nobody'
  if (hub !== hubId) return 'another_hub'
  return labels[ownedBy.application] === applicationId ? 'ours' : 'another_application'
}

/** Namespaces that have gone through the hub's hands. */
export const ownSelector = (hubId: string): string => `${ownedBy.hub}=${hubId}`
