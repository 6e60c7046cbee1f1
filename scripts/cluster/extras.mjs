import { flags, kubectl } from './control-plane.mjs'
import { apply } from './node.mjs'
import { programFile } from './places.mjs'
import { keep, until } from './run.mjs'

/** Plain Node: what a cluster may have beside a node: an ingress controller, and nodes whose pods are only said to run. */

export async function startIngress(card) {
  const metadata = { name: 'traefik', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }
  await apply(card, [
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata, spec: { controller: 'traefik.io/ingress-controller' } },
  ])
  const options = {
    'global.checkNewVersion': false,
    'global.sendAnonymousUsage': false,
    'providers.kubernetesIngress': true,
    'providers.kubernetesIngress.ingressEndpoint.ip': card.address,
    'entryPoints.web.address': ':80',
    'entryPoints.websecure.address': ':443',
    // As its own chart does: what has a certificate is served there.
    'entryPoints.websecure.http.tls': true,
    ping: true,
    'log.level': 'INFO',
  }
  keep(card, 'ingress', [programFile('traefik'), ...flags(options)], { KUBECONFIG: card.kubeconfig })
}

const room = { cpu: '32', memory: '256Gi', pods: '110' }
const simulated = (index) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `simulated-${index + 1}`, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels: { type: 'simulated' } },
  spec: { taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }] },
  status: { allocatable: room, capacity: room },
})

/** For scale only, never for proof. */
export async function startSimulation(card, count) {
  await apply(
    card,
    Array.from({ length: count }, (_, index) => simulated(index)),
  )
  const options = {
    config: programFile('kwok.yaml'),
    kubeconfig: card.kubeconfig,
    'node-lease-duration-seconds': 40,
    'manage-all-nodes': false,
    'manage-nodes-with-annotation-selector': 'kwok.x-k8s.io/node=fake',
    'node-ip': card.address,
    'node-port': 10247,
    cidr: '10.150.0.0/16',
  }
  keep(card, 'simulation', [programFile('kwok'), ...flags(options)])
  await until('The simulated nodes', () => kubectl(card, 'wait', '--for=condition=Ready', 'node/simulated-1', '--timeout=1s'))
}
