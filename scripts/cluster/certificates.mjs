import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './run.mjs'

/** Plain Node: a cluster's own authority, and the certificates and kubeconfigs it gives. */

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
const days = ['-days', '3650']

const files = ({ folder }, name) => ({ key: path.join(folder, 'pki', `${name}.key`), cert: path.join(folder, 'pki', `${name}.crt`) })

export async function makeAuthority(card) {
  const { key: keyFile, cert } = files(card, 'ca')
  await run('openssl', ['req', '-x509', ...key, '-keyout', keyFile, '-out', cert, '-subj', `/CN=${card.name}`, ...days])
}

/** A certificate for a subject like `/O=group/CN=user`, good as server and as client. */
export async function certify(card, name, subject, names = 'DNS:localhost') {
  const ca = files(card, 'ca')
  const own = files(card, name)
  const signedBy = ['-CA', ca.cert, '-CAkey', ca.key]
  const args = ['req', '-x509', ...signedBy, ...key, '-keyout', own.key, '-out', own.cert, '-subj', subject, ...days]
  await run('openssl', [...args, '-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE'])
  return own
}

/** The same certificate with another end: yesterday, or in years. */
export async function endCertificate(card, name, isOver) {
  const [ca, own] = [files(card, 'ca'), files(card, name)]
  const request = `${own.cert}.request`
  await run('openssl', ['x509', '-x509toreq', '-in', own.cert, '-signkey', own.key, '-copy_extensions', 'copyall', '-out', request])
  const signed = ['-CA', ca.cert, '-CAkey', ca.key, ...(isOver ? ['-days', '-1'] : days)]
  await run('openssl', ['x509', '-req', '-in', request, ...signed, '-copy_extensions', 'copyall', '-out', `${own.cert}.new`])
  // Whoever reads it meanwhile reads the older one whole.
  renameSync(`${own.cert}.new`, own.cert)
}

const base64 = (file) => readFileSync(file).toString('base64')

/** JSON is YAML, so programs and people read it alike. */
export async function writeKubeconfig(card, name, subject, names) {
  const own = await certify(card, name, subject, names)
  const cluster = { server: card.server, 'certificate-authority-data': base64(files(card, 'ca').cert) }
  const user = { 'client-certificate-data': base64(own.cert), 'client-key-data': base64(own.key) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: card.name, cluster }],
    users: [{ name, user }],
    contexts: [{ name: card.name, context: { cluster: card.name, user: name } }],
    'current-context': card.name,
  }
  const file = path.join(card.folder, `${name}.kubeconfig`)
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 })
  return file
}
