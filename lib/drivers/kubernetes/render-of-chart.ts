import { parseDocument } from 'yaml'
import { type PlacedWhole, type ReleaseFacts, RenderError, type ServiceFacts } from '@/lib/drivers/driver'
import { whyNotObject } from '@/lib/protocol/cluster-objects'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import { secretReferencesIn } from '@/lib/protocol/desired'
import type { KubernetesObject } from './objects'
import { type ControllerRef, isController, nameOf, selectorOf, type WorkloadContent } from './workload-content'

interface Ask {
  readonly service: ServiceFacts
  readonly release: ReleaseFacts
  readonly place: PlacedWhole
}

type Rendered = Pick<WorkloadContent, 'objects' | 'workload' | 'also' | 'stopMs'>
type Tree = Readonly<Record<string, unknown>>

const mostObjects = 200

/** What Helm made of a chart, by our rules: as an inventory of ours, with nothing in it that a service may not have. Pure. */
export function renderOfChart({ service, release, place }: Ask): Rendered {
  if (!place.chart) throw new RenderError('chart', 'It was not rendered.')
  const variables = Object.keys(release.env)
  if (variables.length > 0) throw new RenderError('environment', `A chart takes values only: leave out ${variables.join(', ')}.`)
  const name = nameOf({ service: service.name, subset: place.subset })
  const labels = selectorOf({ service: service.name, subset: place.subset })
  const { namespace, documents } = place.chart
  const found = documents.flatMap((document) => read(document, namespace, service.powers ?? []))
  if (found.length > mostObjects) throw new RenderError('chart', `It has more than ${mostObjects} objects.`)
  insistNames(found, name)
  const scaled = new Set(found.flatMap(({ object }) => targetOf(object)))
  const objects = found.map(({ object }) => filled(object, { labels, isScaled: scaled.has(`${object.kind}/${object.metadata.name}`) }))
  const [workload, ...also] = objects.filter(isController).map(refOf)
  if (!workload) throw new RenderError('chart', 'Nothing of it runs: there is no Deployment, StatefulSet, DaemonSet or Job.')
  return { objects, workload, ...(also.length > 0 ? { also } : {}), stopMs: longestStop(objects) }
}

interface Found {
  readonly source: string
  readonly object: KubernetesObject
}

const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ControllerRef => ({
  apiVersion,
  kind: kind as ControllerRef['kind'],
  name: metadata.name,
})

/** The object of a document; none where it is empty, or a test that only `helm test` would run. */
function read({ source, text }: { source: string; text: string }, namespace: string, powers: readonly ClusterPower[]): Found[] {
  const file = source || 'chart'
  const json = jsonOf(file, text)
  if (json === null || json === undefined) return []
  const hooks = hooksOf(json)
  if (hooks.length > 0 && hooks.every((hook) => hook.startsWith('test'))) return []
  const object = inNamespace(withOwnAccount(json), namespace)
  const [finding] = whyNotObject(object, powers)
  const called = `${json.kind}/${json.metadata?.name}`
  if (hooks.length > 0)
    throw new RenderError(
      file,
      `${called} is a hook (${hooks.join(', ')}), and hooks are not run: switch it off in the values, or take it out of the chart.`,
    )
  if (finding) throw new RenderError(file, `${called}: ${finding.message}${hintOf(json)}`)
  return [{ source, object: withOpenSecrets(object) }]
}

function jsonOf(file: string, text: string): KubernetesObject | null | undefined {
  const document = parseDocument(text, { uniqueKeys: false })
  const [error] = document.errors
  if (error) throw new RenderError(file, error.message.split('\n')[0] ?? 'is not YAML')
  try {
    return document.toJS({ maxAliasCount: 100 }) as KubernetesObject | null
  } catch {
    throw new RenderError(file, 'uses too many aliases')
  }
}

const hooksOf = ({ metadata }: KubernetesObject): string[] =>
  (metadata?.annotations?.['helm.sh/hook'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)

/** Charts of many authors have a value for it. */
const hints: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceAccount.create: false',
  Ingress: 'ingress.enabled: false',
  Role: 'rbac.create: false',
  RoleBinding: 'rbac.create: false',
  ClusterRole: 'rbac.create: false',
  ClusterRoleBinding: 'rbac.create: false',
  NetworkPolicy: 'networkPolicy.enabled: false',
  ServiceMonitor: 'metrics.serviceMonitor.enabled: false',
}
const hintOf = ({ kind }: KubernetesObject): string => (hints[kind] ? `. Many charts have a value for that (${hints[kind]})` : '')

/** The namespace that Helm was told is the one it goes to anyway. */
function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  if (object.metadata?.namespace !== namespace) return object
  const { namespace: _same, ...metadata } = object.metadata
  return { ...object, metadata }
}

const podOf = (object: KubernetesObject): Tree | undefined =>
  ((object.spec as { template?: { spec?: Tree } } | undefined)?.template?.spec ?? undefined) as Tree | undefined

function withPod(object: KubernetesObject, pod: Tree): KubernetesObject {
  const spec = object.spec as Tree & { template: Tree }
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: pod } } }
}

/** `default` is the account that pods have who say none. */
function withOwnAccount(object: KubernetesObject): KubernetesObject {
  const pod = podOf(object)
  if (!isController(object) || !pod) return object
  const isPlain = (account: unknown) => account === undefined || account === null || account === 'default' || account === ''
  if (!isPlain(pod.serviceAccountName) || !isPlain(pod.serviceAccount)) return object
  const { serviceAccountName: _name, serviceAccount: _old, ...rest } = pod
  return withPod(object, rest)
}

/** A secret's text is filled in when it is applied; what a chart encoded before is told in clear, so that it can be. */
function withOpenSecrets(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret' || typeof object.data !== 'object' || object.data === null) return object
  const entries = Object.entries(object.data as Tree).map(
    ([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')] as const,
  )
  const open = entries.filter(([, text]) => secretReferencesIn(text).length > 0)
  if (open.length === 0) return object
  const names = new Set(open.map(([key]) => key))
  const data = Object.fromEntries(Object.entries(object.data as Tree).filter(([key]) => !names.has(key)))
  const { data: _before, ...rest } = object
  const stringData = { ...(object.stringData as Tree | undefined), ...Object.fromEntries(open) }
  return { ...rest, ...(Object.keys(data).length > 0 ? { data } : {}), stringData } as KubernetesObject
}

/** Nothing of one service is called as if it were another's. */
function insistNames(found: readonly Found[], name: string): void {
  const seen = new Set<string>()
  for (const { source, object } of found) {
    const called = `${object.kind}/${object.metadata.name}`
    const isOwn = object.metadata.name === name || object.metadata.name.startsWith(`${name}-`)
    if (!isOwn) throw new RenderError(source, `${called} has to begin with the release’s name, ${name}: leave fullnameOverride empty.`)
    if (seen.has(called)) throw new RenderError(source, `${called} is there twice.`)
    seen.add(called)
  }
}

function targetOf({ kind, spec }: KubernetesObject): string[] {
  const target = (spec as { scaleTargetRef?: { kind?: string; name?: string } } | undefined)?.scaleTargetRef
  return kind === 'HorizontalPodAutoscaler' && target ? [`${target.kind}/${target.name}`] : []
}

/** Selectors are the chart's own; its pods say beside them whose they are. */
function filled(object: KubernetesObject, { labels, isScaled }: { labels: Record<string, string>; isScaled: boolean }): KubernetesObject {
  const pod = podOf(object)
  if (!isController(object) || !pod) return object
  const spec = object.spec as Tree & { replicas?: number; template: { metadata?: { labels?: Tree } } }
  const isCounted = (object.kind === 'Deployment' || object.kind === 'StatefulSet') && !isScaled
  const { template } = spec
  return {
    ...object,
    spec: {
      ...spec,
      ...(isCounted ? { replicas: spec.replicas ?? 1 } : {}),
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
        spec: { automountServiceAccountToken: false, ...pod },
      },
    },
  }
}

const longestStop = (objects: readonly KubernetesObject[]): number =>
  Math.max(...objects.filter(isController).map((one) => Number(podOf(one)?.terminationGracePeriodSeconds ?? 30))) * 1000
