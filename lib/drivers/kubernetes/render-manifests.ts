import { type PlacedWhole, type ReleaseFacts, RenderError, type ServiceFacts } from '@/lib/drivers/driver'
import { renderText } from '@/lib/drivers/machine/render-text'
import { readObjects } from '@/lib/protocol/cluster-objects'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import type { KubernetesObject } from './objects'
import { scopeOf } from './render-scope'
import { nameLabel, nameOf, selectorOf, type WorkloadContent } from './workload-content'

interface Ask {
  readonly service: ServiceFacts
  readonly release: ReleaseFacts
  readonly component: PackageComponent
  readonly place: PlacedWhole
}

type Rendered = Pick<WorkloadContent, 'objects' | 'workload' | 'stopMs'>

/** Templates of a package's own, with what every service has: its name, its number, and selectors that other subsets can stand beside. */
export function renderManifests({ service, release, component, place }: Ask): Rendered {
  const names = { service: service.name, subset: place.subset }
  const scope = { ...scopeOf(service, release, component), name: nameOf(names), subset: place.subset, count: place.count }
  const objects = (component.manifests ?? []).flatMap((file) => {
    const source = release.templates[file]
    if (source === undefined) throw new RenderError(file, `The package has no file ${file}.`)
    const { objects: found, findings } = readObjects(renderText(file, source, scope), service.powers)
    const [first] = findings
    if (first) throw new RenderError(first.line === null ? file : `${file}:${first.line}`, first.message)
    return found as KubernetesObject[]
  })
  insistNames(objects, service.name)
  const workload = theWorkload(objects, nameOf(names))
  const isScaled = objects.some((one) => one.kind === 'HorizontalPodAutoscaler')
  const filled = objects.map((object) => fill(object, { names, count: isScaled ? null : place.count }))
  const grace = (workload.spec as { template?: { spec?: { terminationGracePeriodSeconds?: number } } }).template?.spec
  return {
    objects: filled,
    workload: { apiVersion: workload.apiVersion, kind: workload.kind as 'Deployment' | 'StatefulSet', name: workload.metadata.name },
    stopMs: (grace?.terminationGracePeriodSeconds ?? 30) * 1000,
  }
}

/** Nothing of one service is called as if it were another's. */
function insistNames(objects: readonly KubernetesObject[], service: string): void {
  const seen = new Set<string>()
  for (const { kind, metadata } of objects) {
    const isOwn = metadata.name === service || metadata.name.startsWith(`${service}-`)
    if (!isOwn) throw new RenderError('manifests', `${kind}/${metadata.name} has to be called {{ service.name }} or {{ service.name }}-….`)
    if (seen.has(`${kind}/${metadata.name}`)) throw new RenderError('manifests', `${kind}/${metadata.name} is there twice.`)
    seen.add(`${kind}/${metadata.name}`)
  }
}

/** The one whose rollout is followed. */
function theWorkload(objects: readonly KubernetesObject[], name: string): KubernetesObject {
  const found = objects.filter((one) => one.kind === 'Deployment' || one.kind === 'StatefulSet')
  const [workload] = found
  if (found.length !== 1 || !workload) throw new RenderError('manifests', 'There has to be one Deployment or StatefulSet, and no other.')
  if (workload.metadata.name !== name)
    throw new RenderError('manifests', `${workload.kind}/${workload.metadata.name} has to be called {{ name }}.`)
  return workload
}

interface Filling {
  readonly names: { readonly service: string; readonly subset: string }
  /** Null: load decides. */
  readonly count: number | null
}

interface Spec {
  readonly selector?: Readonly<Record<string, unknown>> & { readonly matchLabels?: object }
  readonly template?: { readonly metadata?: { readonly labels?: object }; readonly spec?: object }
  readonly [field: string]: unknown
}

function fill(object: KubernetesObject, { names, count }: Filling): KubernetesObject {
  const spec = (object.spec ?? {}) as Spec
  const selector = selectorOf(names)
  if (object.kind === 'Service' && spec.selector === undefined)
    return { ...object, spec: { ...spec, selector: { [nameLabel]: names.service } } }
  if (object.kind === 'PodDisruptionBudget' && spec.selector === undefined)
    return { ...object, spec: { ...spec, selector: { matchLabels: selector } } }
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return object
  const { template } = spec
  return {
    ...object,
    spec: {
      ...spec,
      ...(count === null ? {} : { replicas: count }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, ...selector } },
      template: {
        ...template,
        metadata: { ...template?.metadata, labels: { ...template?.metadata?.labels, ...selector } },
        spec: { automountServiceAccountToken: false, ...template?.spec },
      },
    },
  }
}
