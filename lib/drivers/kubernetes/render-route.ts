import { type PlacedWhole, type ReleaseFacts, RenderError, type ServiceFacts } from '@/lib/drivers/driver'
import { releaseKey } from '@/lib/drivers/machine/render-unit'
import { digestOf } from '@/lib/protocol/canonical'
import { type RouteValues, RouteValuesSchema } from '@/lib/protocol/route'
import type { KubernetesObject } from './objects'
import type { WorkloadContent } from './workload-content'

const progressMs = 60_000
const pathTypes: Readonly<Record<string, string>> = { prefix: 'Prefix', exact: 'Exact' }

/** A star has no place in a name; no host ends like this. */
const baseOf = (host: string): string => (host.startsWith('*.') ? `${host.slice(2)}-wildcard` : host)

export const isRouteContent = ({ workload }: Pick<WorkloadContent, 'workload'>): boolean => workload.kind === 'Ingress'

/** A route in a cluster: an Ingress, and the Secret that holds its certificate. Pure, as every rendering. */
export function routeContent(service: ServiceFacts, release: ReleaseFacts, { subset, count }: PlacedWhole): WorkloadContent {
  const { data: route } = RouteValuesSchema.safeParse(release.values)
  if (!route) throw new RenderError('route', 'This version is of another shape than today’s.')
  const name = `${baseOf(route.host)}-${subset}`
  const secret = route.tls === 'certificate' ? certificateOf(route, name) : null
  const secretName = secret?.metadata.name ?? (route.tls === 'issuer' ? `${name}-tls` : null)
  return {
    kubernetes: 1,
    service: service.name,
    subset,
    component: service.component,
    count,
    package: { name: release.package.name, version: release.package.version, digest: release.package.digest },
    release: { id: releaseKey(release), number: release.number, version: release.package.version },
    workload: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name },
    progressMs,
    stopMs: 0,
    objects: [...(secret ? [secret] : []), ingressOf(route, { name, secretName })],
  }
}

/** It carries a hash of what it holds in its name: an earlier version finds its own certificate. */
function certificateOf({ chain, key }: RouteValues, name: string): KubernetesObject {
  if (!chain || !key) throw new RenderError('tls', 'This version has no certificate.')
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${name}-${digestOf([chain, key]).slice(0, 8)}` },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': chain, 'tls.key': key },
  }
}

function ingressOf(
  { host, rules, ingressClass, issuer, tls }: RouteValues,
  { name, secretName }: { name: string; secretName: string | null },
): KubernetesObject {
  const asks = issuer?.kind === 'Issuer' ? 'cert-manager.io/issuer' : 'cert-manager.io/cluster-issuer'
  const paths = rules.map(({ path, match, service, port }) => ({
    path,
    pathType: pathTypes[match],
    backend: { service: { name: service, port: { name: port } } },
  }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, ...(tls === 'issuer' && issuer ? { annotations: { [asks]: issuer.name } } : {}) },
    spec: {
      ...(ingressClass ? { ingressClassName: ingressClass } : {}),
      rules: [{ host, http: { paths } }],
      ...(secretName ? { tls: [{ hosts: [host], secretName }] } : {}),
    },
  }
}
