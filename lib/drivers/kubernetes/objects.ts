/** What every object of Kubernetes has; the rest of it is its own. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

export interface KubernetesList<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items?: readonly T[]
}

/** A kind of objects as the API's addresses name it. */
export interface ResourceType {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

const type = (kind: string, plural: string, apiVersion: string, namespaced = true): ResourceType => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group: group ?? '', version: version ?? '', plural, kind, namespaced }
}

/** The kinds that the hub itself makes and looks at. */
export const types = {
  node: type('Node', 'nodes', 'v1', false),
  namespace: type('Namespace', 'namespaces', 'v1', false),
  resourceQuota: type('ResourceQuota', 'resourcequotas', 'v1'),
  limitRange: type('LimitRange', 'limitranges', 'v1'),
  secret: type('Secret', 'secrets', 'v1'),
  serviceAccount: type('ServiceAccount', 'serviceaccounts', 'v1'),
  pod: type('Pod', 'pods', 'v1'),
  service: type('Service', 'services', 'v1'),
  endpointSlice: type('EndpointSlice', 'endpointslices', 'discovery.k8s.io/v1'),
  event: type('Event', 'events', 'v1'),
  configMap: type('ConfigMap', 'configmaps', 'v1'),
  persistentVolumeClaim: type('PersistentVolumeClaim', 'persistentvolumeclaims', 'v1'),
  deployment: type('Deployment', 'deployments', 'apps/v1'),
  statefulSet: type('StatefulSet', 'statefulsets', 'apps/v1'),
  daemonSet: type('DaemonSet', 'daemonsets', 'apps/v1'),
  job: type('Job', 'jobs', 'batch/v1'),
  cronJob: type('CronJob', 'cronjobs', 'batch/v1'),
  scaler: type('HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'autoscaling/v2'),
  disruptionBudget: type('PodDisruptionBudget', 'poddisruptionbudgets', 'policy/v1'),
  replicaSet: type('ReplicaSet', 'replicasets', 'apps/v1'),
  ingress: type('Ingress', 'ingresses', 'networking.k8s.io/v1'),
  networkPolicy: type('NetworkPolicy', 'networkpolicies', 'networking.k8s.io/v1'),
  ingressClass: type('IngressClass', 'ingressclasses', 'networking.k8s.io/v1', false),
  storageClass: type('StorageClass', 'storageclasses', 'storage.k8s.io/v1', false),
  role: type('Role', 'roles', 'rbac.authorization.k8s.io/v1'),
  roleBinding: type('RoleBinding', 'rolebindings', 'rbac.authorization.k8s.io/v1'),
  clusterRole: type('ClusterRole', 'clusterroles', 'rbac.authorization.k8s.io/v1', false),
  clusterRoleBinding: type('ClusterRoleBinding', 'clusterrolebindings', 'rbac.authorization.k8s.io/v1', false),
} as const

const byKind = new Map(Object.values(types).map((one) => [one.kind, one]))

export function typeOf({ kind }: Pick<KubernetesObject, 'kind'>): ResourceType {
  const found = byKind.get(kind)
  if (!found) throw new Error(`${kind} is none of the hub's own kinds.`)
  return found
}

export const apiVersionOf = ({ group, version }: ResourceType): string => (group ? `${group}/${version}` : version)

/** The address of a kind, or of one object of it. */
export function pathOf({ group, version, plural, namespaced }: ResourceType, namespace?: string, name?: string): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`
  const place = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

export const pathOfObject = (object: KubernetesObject): string =>
  pathOf(typeOf(object), object.metadata.namespace ?? undefined, object.metadata.name)

/** Who an object belongs to and who has a hand on it stands in its metadata: the rest of it is not sent. */
export const onlyMetadata = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
}

/** Whose changes are whose, in the cluster's own bookkeeping: the hub's are this one's, and no other name is used. */
export const fieldManager = 'tengen'
