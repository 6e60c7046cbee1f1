import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeKubeconfig } from './certificates.mjs'
import { dnsAddress, flags, kubectl } from './control-plane.mjs'
import { packImages } from './image.mjs'
import { programFile } from './places.mjs'
import { feed, keep, refuseDead, run, until } from './run.mjs'

/** Plain Node: one real node: containerd, kubelet, kube-proxy and the cluster's DNS. */

const images = {
  'tengen.test/pause:1': ['sleep', '2147483647'],
  'tengen.test/busybox:1': ['sh'],
}

const podRange = ({ number }) => `10.${100 + number}.0.0/16`
const nodeName = ({ name }) => `${name}-node`

function writeNetworkOfPods(card) {
  const ipam = {
    type: 'host-local',
    dataDir: path.join(card.folder, 'ipam'),
    ranges: [[{ subnet: podRange(card) }]],
    routes: [{ dst: '0.0.0.0/0' }],
  }
  const plugins = [
    { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, hairpinMode: true, ipam },
    { type: 'portmap', capabilities: { portMappings: true } },
  ]
  writeFileSync(path.join(card.folder, 'cni/10-bridge.conflist'), JSON.stringify({ cniVersion: '0.4.0', name: card.name, plugins }))
}

/** A sandbox may not lower its OOM score; without `restrict_oom_score_adj` every pod would fail there. */
const containerdConfig = ({ folder }) => `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "tengen.test/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  # Read with each pull: a test says there how a registry of its own is reached.
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/registries"
`

const kubeletConfig = (card) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: path.join(card.folder, 'pki/ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: path.join(card.folder, 'pki/node.crt'),
  tlsPrivateKeyFile: path.join(card.folder, 'pki/node.key'),
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${card.namespace}`,
  failSwapOn: false,
  failCgroupV1: false,
  enforceNodeAllocatable: ['pods'],
  containerRuntimeEndpoint: `unix://${card.folder}/containerd.sock`,
  podLogsDir: path.join(card.folder, 'pod-logs'),
  clusterDNS: [dnsAddress],
  clusterDomain: 'cluster.local',
  evictionHard: { 'memory.available': '50Mi' },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  maxPods: 110,
})

const groups = '/sys/fs/cgroup'

/** On cgroup v1 kubelet's root has to be there, with processors and memory given to it. */
function makeGroups({ namespace }) {
  const controllers = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd']
  const found = controllers.filter((name) => existsSync(path.join(groups, name)))
  if (!found.length) return mkdirSync(path.join(groups, namespace), { recursive: true })
  for (const name of found) mkdirSync(path.join(groups, name, namespace), { recursive: true })
  for (const file of ['cpuset.cpus', 'cpuset.mems'].filter((name) => existsSync(path.join(groups, 'cpuset', name))))
    copyFileSync(path.join(groups, 'cpuset', file), path.join(groups, 'cpuset', namespace, file))
}

const enoughWatchers = 1024

/** Each node watches many files; of what a machine allows one user by default six nodes beside other programs take all. */
function allowWatches() {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  if (Number(readFileSync(file, 'utf8')) < enoughWatchers) writeFileSync(file, String(enoughWatchers))
}
const ctr = (card, ...args) => run('ctr', ['-a', path.join(card.folder, 'containerd.sock'), '-n', 'k8s.io', ...args])

async function startContainers(card) {
  allowWatches()
  writeNetworkOfPods(card)
  writeFileSync(path.join(card.folder, 'containerd.toml'), containerdConfig(card))
  keep(card, 'containerd', ['containerd', '--config', 'containerd.toml'])
  const archive = path.join(card.folder, 'images.tar')
  await packImages(archive, '/bin/busybox', images)
  await until('containerd', () => ctr(card, 'version'))
  await ctr(card, 'images', 'import', archive)
}

const dnsObjects = ({ address }) => {
  const port = (protocol) => ({ name: protocol === 'UDP' ? 'dns' : 'dns-tcp', port: 53, protocol })
  const ports = [port('UDP'), port('TCP')]
  const place = { name: 'kube-dns', namespace: 'kube-system' }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: place, spec: { clusterIP: dnsAddress, ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...place, labels: { 'kubernetes.io/service-name': 'kube-dns' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address] }],
      ports,
    },
  ]
}

/** Applies objects as the cluster's administrator. */
export const apply = (card, items) =>
  feed(
    programFile('kubectl'),
    ['--kubeconfig', card.kubeconfig, 'apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  )

async function startNames(card) {
  const zones = `kubernetes cluster.local in-addr.arpa {\n    kubeconfig ${card.kubeconfig}\n  }`
  writeFileSync(path.join(card.folder, 'Corefile'), `.:53 {\n  bind ${card.address}\n  ${zones}\n}\n`)
  keep(card, 'dns', [programFile('coredns'), '-conf', 'Corefile'])
  await apply(card, dnsObjects(card))
}

const isReady = (card) => async () => {
  refuseDead(card)
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
  return (await kubectl(card, 'get', 'node', nodeName(card), '-o', path)) === 'True'
}

export async function startNode(card) {
  await writeKubeconfig(card, 'node', `/O=system:nodes/CN=system:node:${nodeName(card)}`, `DNS:${nodeName(card)},IP:${card.address}`)
  await writeKubeconfig(card, 'proxy', '/CN=system:kube-proxy')
  await startContainers(card)
  makeGroups(card)
  writeFileSync(path.join(card.folder, 'kubelet.json'), JSON.stringify(kubeletConfig(card)))
  const own = { 'hostname-override': nodeName(card) }
  const kubelet = {
    kubeconfig: 'node.kubeconfig',
    config: 'kubelet.json',
    'root-dir': path.join(card.folder, 'kubelet'),
    'node-ip': card.address,
  }
  keep(card, 'kubelet', [programFile('kubelet'), ...flags({ ...kubelet, ...own })])
  const proxy = { kubeconfig: 'proxy.kubeconfig', 'proxy-mode': 'iptables', 'cluster-cidr': podRange(card), 'conntrack-max-per-core': 0 }
  keep(card, 'proxy', [programFile('kube-proxy'), ...flags({ ...proxy, ...own })])
  await startNames(card)
  await until(`The node of ${card.name}`, isReady(card))
}

const quietly = (work) => work.catch(() => '')

/** Ends all containers; answers the network namespaces they had. */
export async function endContainers(card) {
  if (!existsSync(path.join(card.folder, 'containerd.sock'))) return []
  const list = async (what) => (await quietly(ctr(card, what, 'ls', '-q'))).split('\n').filter(Boolean)
  const containers = await list('containers')
  const told = await Promise.all(containers.map((id) => quietly(ctr(card, 'containers', 'info', id))))
  for (const id of await list('tasks')) await quietly(ctr(card, 'tasks', 'rm', '-f', id))
  for (const id of containers) await quietly(ctr(card, 'containers', 'rm', id))
  return [...new Set(told.flatMap((text) => text.match(/cni-[0-9a-f-]{36}/g) ?? []))]
}

export const mountsBelow = (folder) =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((where) => where.startsWith(`${folder}/`))
    .sort()
    .reverse()
