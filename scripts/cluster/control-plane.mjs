import { readFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { certify, makeAuthority, writeKubeconfig } from './certificates.mjs'
import { programFile } from './places.mjs'
import { keep, refuseDead, run, until } from './run.mjs'

/** Plain Node: etcd, API server, controller manager and scheduler of one cluster. */

export const serviceRange = '10.96.0.0/16'
export const dnsAddress = '10.96.0.10'

async function makeIdentities(card) {
  await makeAuthority(card)
  const { address } = card
  await certify(card, 'apiserver', '/CN=kube-apiserver', `DNS:localhost,DNS:kubernetes.default.svc,IP:${address},IP:127.0.0.1,IP:10.96.0.1`)
  await certify(card, 'kubelet-client', '/O=system:masters/CN=apiserver-kubelet-client')
  await certify(card, 'front-proxy', '/CN=front-proxy')
  await certify(card, 'service-accounts', '/CN=service-accounts')
  card.kubeconfig = await writeKubeconfig(card, 'admin', '/O=system:masters/CN=admin')
  await writeKubeconfig(card, 'controllers', '/CN=system:kube-controller-manager')
  await writeKubeconfig(card, 'scheduler', '/CN=system:kube-scheduler')
}

const flags = (options) => Object.entries(options).map(([name, value]) => `--${name}=${value}`)

const etcdFlags = {
  'data-dir': 'etcd',
  'listen-client-urls': 'http://127.0.0.1:2379',
  'advertise-client-urls': 'http://127.0.0.1:2379',
  'listen-peer-urls': 'http://127.0.0.1:2380',
  'unsafe-no-fsync': true,
  'log-level': 'warn',
}

const apiFlags = ({ address }) => ({
  'etcd-servers': 'http://127.0.0.1:2379',
  'advertise-address': address,
  'tls-cert-file': 'pki/apiserver.crt',
  'tls-private-key-file': 'pki/apiserver.key',
  'client-ca-file': 'pki/ca.crt',
  'service-account-issuer': 'https://kubernetes.default.svc',
  'service-account-key-file': 'pki/service-accounts.crt',
  'service-account-signing-key-file': 'pki/service-accounts.key',
  'service-cluster-ip-range': serviceRange,
  'authorization-mode': 'Node,RBAC',
  'allow-privileged': true,
  'kubelet-client-certificate': 'pki/kubelet-client.crt',
  'kubelet-client-key': 'pki/kubelet-client.key',
  'kubelet-preferred-address-types': 'InternalIP',
  'requestheader-client-ca-file': 'pki/ca.crt',
  'requestheader-username-headers': 'X-Remote-User',
  'requestheader-group-headers': 'X-Remote-Group',
  'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
  'proxy-client-cert-file': 'pki/front-proxy.crt',
  'proxy-client-key-file': 'pki/front-proxy.key',
})

const knownBy = (file) => ({ kubeconfig: file, 'authentication-kubeconfig': file, 'authorization-kubeconfig': file })

const controllerFlags = {
  ...knownBy('controllers.kubeconfig'),
  'bind-address': '127.0.0.1',
  'service-account-private-key-file': 'pki/service-accounts.key',
  'root-ca-file': 'pki/ca.crt',
  'cluster-signing-cert-file': 'pki/ca.crt',
  'cluster-signing-key-file': 'pki/ca.key',
  'use-service-account-credentials': true,
  'leader-elect': false,
}

/** The status of a path of the API server, asked as its administrator. */
function ask(card, where) {
  const pki = (name) => readFileSync(path.join(card.folder, 'pki', name))
  // Whether it is up, not whether it is believed: its certificate may have ended, for a test.
  const options = { rejectUnauthorized: false, cert: pki('admin.crt'), key: pki('admin.key'), agent: false, timeout: 2_000 }
  return new Promise((resolve, reject) => {
    const request = https.get(`${card.server}${where}`, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    request.once('error', reject)
    request.once('timeout', () => request.destroy(new Error('no answer within 2 s')))
  })
}

const answers = (card, where) => async () => {
  refuseDead(card)
  return (await ask(card, where)) === 200
}

export const kubectl = (card, ...args) => run(programFile('kubectl'), ['--kubeconfig', card.kubeconfig, ...args])

export const untilReady = (card) => until(`The API server of ${card.name}`, answers(card, '/readyz'))

export async function startControlPlane(card) {
  await makeIdentities(card)
  keep(card, 'etcd', [programFile('etcd'), ...flags(etcdFlags)])
  keep(card, 'apiserver', [programFile('kube-apiserver'), ...flags(apiFlags(card))])
  // The controller manager ends if it starts before the roles it needs exist.
  await untilReady(card)
  keep(card, 'controllers', [programFile('kube-controller-manager'), ...flags(controllerFlags)])
  const schedulerFlags = { ...knownBy('scheduler.kubeconfig'), 'bind-address': '127.0.0.1', 'leader-elect': false }
  keep(card, 'scheduler', [programFile('kube-scheduler'), ...flags(schedulerFlags)])
  await until(`The default account of ${card.name}`, answers(card, '/api/v1/namespaces/default/serviceaccounts/default'))
}

export { flags }
