import {
  type PlacedWhole,
  type ReleaseFacts,
  RenderError,
  type Resources,
  resourcesOf,
  type ServiceFacts,
  type UnitContentPlan,
} from '@/lib/drivers/driver'
import { releaseKey } from '@/lib/drivers/machine/render-unit'
import { canonicalJson, digestOf } from '@/lib/protocol/canonical'
import type { ContainerSpec } from '@/lib/protocol/container'
import { secretReferencesIn } from '@/lib/protocol/desired'
import { durationMs } from '@/lib/protocol/duration'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import type { KubernetesObject } from './objects'
import { renderManifests } from './render-manifests'
import { renderOfChart } from './render-of-chart'
import { podOf, stopMsOf } from './render-pod'
import { routeContent } from './render-route'
import { amountIn, type Scope, scopeOf } from './render-scope'
import { type Settings, settingsOf } from './render-settings'
import { nameLabel, nameOf, selectorOf, type WorkloadContent } from './workload-content'

interface Parts {
  readonly service: ServiceFacts
  readonly release: ReleaseFacts
  readonly component: PackageComponent
  readonly container: ContainerSpec
  readonly place: PlacedWhole
  readonly scope: Scope
  readonly settings: Settings
  readonly resources: Resources
  readonly name: string
  readonly selector: Record<string, string>
  readonly kind: WorkloadContent['workload']['kind']
  /** More units by load, up to so many; 0 = as many as are asked for. */
  readonly most: number
}

/** The default template. Pure: the same release and place give the same bytes. */
export function renderWorkload(service: ServiceFacts, release: ReleaseFacts, place: PlacedWhole): UnitContentPlan {
  const content = service.isRoute ? routeContent(service, release, place) : serviceContent(service, release, place)
  const text = canonicalJson(content)
  insistOwnSecrets(release, text)
  return { digest: digestOf(content), text }
}

function serviceContent(service: ServiceFacts, release: ReleaseFacts, place: PlacedWhole): WorkloadContent {
  const component = componentOf(service, release)
  const rendered = component.chart
    ? { ...renderOfChart({ service, release, place }), progressMs: chartProgressMs }
    : component.manifests
      ? ofManifests(service, release, { component, place })
      : ofTemplate(service, release, place)
  return {
    kubernetes: 1,
    service: service.name,
    subset: place.subset,
    component: component.name,
    count: place.count,
    package: { name: release.package.name, version: release.package.version, digest: release.package.digest },
    release: { id: releaseKey(release), number: release.number, version: release.package.version },
    ...rendered,
  }
}

type Rendered = Pick<WorkloadContent, 'workload' | 'also' | 'progressMs' | 'stopMs' | 'objects'>

function componentOf(service: ServiceFacts, { manifest }: ReleaseFacts): PackageComponent {
  const component = manifest.components.find((one) => one.name === service.component)
  if (!component) throw new RenderError('tengen.yaml', `The package has no component ${service.component}.`)
  if (!kindsIn(manifest) || !(component.container ?? component.manifests ?? component.chart))
    throw new RenderError('tengen.yaml', 'The package says nothing of how it runs in clusters.')
  if (!/[a-z0-9]$/.test(service.name)) throw new RenderError('name', 'In a cluster a service’s name ends with a letter or a digit.')
  return component
}

const kindsIn = ({ runtimes }: ReleaseFacts['manifest']): boolean => runtimes.includes('kubernetes') || runtimes.includes('helm')

/** As long as Helm itself would wait, and as long again. */
const chartProgressMs = 10 * 60_000

/** What the default template takes from its container, those of a package's own say themselves. */
const ownProgressMs = 5 * 60_000

const ofManifests = (service: ServiceFacts, release: ReleaseFacts, at: { component: PackageComponent; place: PlacedWhole }): Rendered => ({
  ...renderManifests({ service, release, ...at }),
  progressMs: ownProgressMs,
})

function ofTemplate(service: ServiceFacts, release: ReleaseFacts, place: PlacedWhole): Rendered {
  const parts = partsOf(service, release, place)
  const { container, name, kind } = parts
  return {
    workload: { apiVersion: 'apps/v1', kind, name },
    progressMs: durationMs(container.progress),
    stopMs: stopMsOf(container),
    objects: [...parts.settings.objects, ...claimsOf(parts), ...servicesOf(parts), workloadOf(parts), ...guardsOf(parts)],
  }
}

function partsOf(service: ServiceFacts, release: ReleaseFacts, place: PlacedWhole): Parts {
  const component = componentOf(service, release)
  const { container } = component
  if (!container) throw new RenderError('tengen.yaml', 'The package says nothing of how it runs in clusters.')
  const scope = scopeOf(service, release, component)
  const name = nameOf({ service: service.name, subset: place.subset })
  const { most = 0, cpuPercent = 80 } = container.scale ?? {}
  const highest = amountIn('container.scale.most', most, scope)
  return {
    ...{ service, release, component, container, place, scope, name },
    settings: settingsOf(component, release, { scope, name }),
    resources: resourcesOf(service, release),
    selector: selectorOf({ service: service.name, subset: place.subset }),
    kind: kindOf(component, container),
    most: highest > place.count && place.count > 0 && amountIn('container.scale.cpuPercent', cpuPercent, scope) > 0 ? highest : 0,
  }
}

const ownData = ({ data }: PackageComponent) => data.filter((one) => !one.shared)

function kindOf(component: PackageComponent, container: ContainerSpec): Parts['kind'] {
  const hasOwn = ownData(component).length > 0
  if (hasOwn && container.kind === 'deployment') throw new RenderError('container.kind', 'Units with data of their own are a StatefulSet.')
  return hasOwn || container.kind === 'stateful-set' ? 'StatefulSet' : 'Deployment'
}

const smallestClaimMib = 1024
const claim = (mode: 'ReadWriteOnce' | 'ReadWriteMany', sizeMib: number) => ({
  accessModes: [mode],
  resources: { requests: { storage: `${Math.max(smallestClaimMib, sizeMib)}Mi` } },
})
const mountOf = (name: string, path: string) => ({ name, mountPath: `/${path}` })

/** Folders that all units have together. */
function claimsOf({ component, service }: Parts): KubernetesObject[] {
  return component.data
    .filter((one) => one.shared)
    .map((one) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `${service.name}-${one.name}` },
      spec: claim('ReadWriteMany', one.sizeMib),
    }))
}

/** The name by which it is asked, whatever subset answers; units of a StatefulSet have names of their own beside it. */
function servicesOf({ service, component, scope, name, selector, kind }: Parts): KubernetesObject[] {
  const ports = component.ports.map((port) => ({
    name: port.name,
    port: scope.ports[port.name],
    targetPort: scope.ports[port.name],
    protocol: 'TCP',
  }))
  const everySubset = { [nameLabel]: service.name }
  const object = (called: string, spec: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: called },
    spec,
  })
  const headless = { clusterIP: 'None', publishNotReadyAddresses: true, selector, ...(ports.length > 0 ? { ports } : {}) }
  return [
    ...(ports.length > 0 ? [object(service.name, { type: 'ClusterIP', selector: everySubset, ports })] : []),
    ...(kind === 'StatefulSet' ? [object(name, headless)] : []),
  ]
}

function workloadOf(parts: Parts): KubernetesObject {
  const { component, container, place, name, selector, kind, service, release, most } = parts
  const own = ownData(component)
  const shared = component.data.filter((one) => one.shared)
  const template = podOf(component, container, {
    ...parts,
    volumes: shared.map((one) => ({ name: one.name, persistentVolumeClaim: { claimName: `${service.name}-${one.name}` } })),
    mounts: component.data.map((one) => mountOf(one.name, one.path)),
  })
  const common = {
    // Where load decides, the cluster's own scaler says how many.
    ...(most > 0 ? {} : { replicas: place.count }),
    selector: { matchLabels: selector },
    // Without a probe a container that has begun counts as good; it shall have run for a moment.
    minReadySeconds: container.ready ? 0 : 5,
    revisionHistoryLimit: 3,
    template,
  }
  const asDeployment = {
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    progressDeadlineSeconds: Math.max(10, Math.ceil(durationMs(container.progress) / 1000)),
  }
  const asStatefulSet = {
    serviceName: name,
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    ...(own.length > 0
      ? {
          volumeClaimTemplates: own.map((one) => ({
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: one.name },
            spec: claim('ReadWriteOnce', one.sizeMib),
          })),
        }
      : {}),
  }
  const annotations = { 'tengen.io/release': `${release.number} (${release.package.version})` }
  const spec = { ...common, ...(kind === 'Deployment' ? asDeployment : asStatefulSet) }
  return { apiVersion: 'apps/v1', kind, metadata: { name, annotations, labels: selector }, spec }
}

/** What keeps enough of them: when nodes are emptied, and under load. */
function guardsOf({ place, name, selector, kind, most, container, scope }: Parts): KubernetesObject[] {
  const guards: KubernetesObject[] = []
  if (place.count > 1)
    guards.push({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
    })
  if (most > 0) {
    const averageUtilization = amountIn('container.scale.cpuPercent', container.scale?.cpuPercent ?? 80, scope)
    guards.push({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind, name },
        minReplicas: place.count,
        maxReplicas: most,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
      },
    })
  }
  return guards
}

/** References are filled in where the objects are made: one that a template brings along would fetch a secret of somebody else. */
function insistOwnSecrets({ values, env }: ReleaseFacts, text: string): void {
  const own = new Set(secretReferencesIn(canonicalJson({ values, env })))
  const foreign = secretReferencesIn(text).filter((reference) => !own.has(reference))
  if (foreign.length > 0) throw new RenderError('templates', 'A text of the package names a secret that is not this service’s.')
  const outside = (JSON.parse(text) as WorkloadContent).objects.filter((object) => object.kind !== 'Secret')
  if (secretReferencesIn(JSON.stringify(outside)).length > 0)
    throw new RenderError('container', 'A secret may stand in variables and files only, where the cluster keeps it as one.')
}
