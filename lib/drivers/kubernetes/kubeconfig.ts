import { X509Certificate } from 'node:crypto'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { ClusterAccess, ClusterCredential } from './access'

/** Why a kubeconfig, or one of its contexts, is not taken; worded by `sentences.kubeconfig_<code>`. */
export const kubeconfigRefusals = [
  'not_yaml',
  'not_kubeconfig',
  'no_context',
  'context_incomplete',
  'exec',
  'auth_provider',
  'proxy_url',
  'insecure',
  'file_reference',
  'impersonation',
  'password',
  'no_credential',
  'not_https',
  'bad_authority',
  'bad_certificate',
] as const
export type KubeconfigRefusal = (typeof kubeconfigRefusals)[number]

export class KubeconfigError extends Error {
  constructor(
    readonly code: KubeconfigRefusal,
    /** What of the file it is about: a line, a field. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`)
  }
}

export interface KubeconfigContext {
  readonly name: string
  readonly server: string
  readonly user: string
  readonly credential: 'token' | 'certificate' | null
  readonly refusal: { readonly code: KubeconfigRefusal; readonly detail: string } | null
}

export interface KubeconfigSummary {
  readonly contexts: readonly KubeconfigContext[]
  /** The one meant where nobody chooses; null = there are several and none is marked. */
  readonly current: string | null
}

const text = z.string().optional()
const ClusterEntry = z.looseObject({ server: text, 'certificate-authority-data': text, 'tls-server-name': text })
const UserEntry = z.looseObject({ token: text, 'client-certificate-data': text, 'client-key-data': text })
const named = <T extends z.ZodType>(key: string, value: T) => z.looseObject({ name: z.string(), [key]: value })

const FileSchema = z.looseObject({
  clusters: z.array(named('cluster', ClusterEntry)),
  users: z.array(named('user', UserEntry)),
  contexts: z.array(named('context', z.looseObject({ cluster: z.string(), user: z.string() }))),
  'current-context': text,
})

type Cluster = z.infer<typeof ClusterEntry>
type User = z.infer<typeof UserEntry>
interface File {
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly users: ReadonlyMap<string, User>
  readonly contexts: ReadonlyMap<string, { readonly cluster: string; readonly user: string }>
  readonly current: string | undefined
}

export const mostKubeconfigBytes = 256 * 1024

function readFile(source: string): File {
  const document = parseDocument(source)
  const [problem] = document.errors
  if (problem) throw new KubeconfigError('not_yaml', `line ${problem.linePos?.[0].line ?? 1}: ${problem.message.split('\n')[0]}`)
  const parsed = FileSchema.safeParse(toPlain(document))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new KubeconfigError('not_kubeconfig', issue?.path.join('.') || 'clusters, users and contexts are missing')
  }
  const mapOf = <T>(entries: readonly Record<string, unknown>[], key: string) =>
    new Map(entries.map((entry) => [String(entry.name), entry[key] as T]))
  const { clusters, users, contexts, 'current-context': current } = parsed.data
  return {
    clusters: mapOf(clusters, 'cluster'),
    users: mapOf(users, 'user'),
    contexts: mapOf(contexts, 'context'),
    current: current || undefined,
  }
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 })
  } catch (error) {
    throw new KubeconfigError('not_yaml', (error as Error).message)
  }
}

const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

function decode(value: string, field: string, code: KubeconfigRefusal): string {
  if (!base64.test(value)) throw new KubeconfigError(code, field)
  return Buffer.from(value, 'base64').toString('utf8')
}

const has = (entry: object, key: string): boolean => {
  const value = (entry as Record<string, unknown>)[key]
  return value !== undefined && value !== null && value !== '' && value !== false
}

/** Programs to run, doors to go through and files to read belong to the machine it was written for, not to the hub. */
const refusedOfCluster: readonly [field: string, code: KubeconfigRefusal][] = [
  ['insecure-skip-tls-verify', 'insecure'],
  ['proxy-url', 'proxy_url'],
  ['certificate-authority', 'file_reference'],
]
const refusedOfUser: readonly [field: string, code: KubeconfigRefusal][] = [
  ['exec', 'exec'],
  ['auth-provider', 'auth_provider'],
  ['tokenFile', 'file_reference'],
  ['client-certificate', 'file_reference'],
  ['client-key', 'file_reference'],
  ['as', 'impersonation'],
  ['as-uid', 'impersonation'],
  ['as-groups', 'impersonation'],
  ['username', 'password'],
  ['password', 'password'],
]

function refuseFields(entry: object, refused: readonly [string, KubeconfigRefusal][]): void {
  for (const [field, code] of refused) if (has(entry, field)) throw new KubeconfigError(code, field)
}

function serverOf({ server }: Cluster): string {
  const url = URL.canParse(server ?? '') ? new URL(server ?? '') : null
  if (url?.protocol !== 'https:' || url.username || url.password || url.search || url.hash)
    throw new KubeconfigError('not_https', server ?? 'server')
  return url.href.replace(/\/$/, '')
}

function authorityOf(cluster: Cluster): string | null {
  const data = cluster['certificate-authority-data']
  if (!data) return null
  const pem = decode(data, 'certificate-authority-data', 'bad_authority')
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    for (const one of certificates) new X509Certificate(one)
  } catch {
    certificates.length = 0
  }
  // Only certificates are kept: whatever else stands in the file is not needed.
  if (certificates.length === 0) throw new KubeconfigError('bad_authority', 'certificate-authority-data')
  return `${certificates.join('\n')}\n`
}

function credentialOf(user: User): ClusterCredential {
  if (user.token) return { kind: 'token', token: user.token.trim() }
  const [certificate, key] = [user['client-certificate-data'], user['client-key-data']]
  if (!certificate || !key) throw new KubeconfigError('no_credential', 'token, client-certificate-data, client-key-data')
  const pem = decode(certificate, 'client-certificate-data', 'bad_certificate')
  try {
    new X509Certificate(pem)
  } catch {
    throw new KubeconfigError('bad_certificate', 'client-certificate-data')
  }
  return { kind: 'certificate', certificate: pem, key: decode(key, 'client-key-data', 'bad_certificate') }
}

function accessIn(file: File, name: string): ClusterAccess {
  const context = file.contexts.get(name)
  if (!context) throw new KubeconfigError('no_context', name)
  const cluster = file.clusters.get(context.cluster)
  const user = file.users.get(context.user)
  if (!cluster || !user) throw new KubeconfigError('context_incomplete', cluster ? context.user : context.cluster)
  refuseFields(cluster, refusedOfCluster)
  refuseFields(user, refusedOfUser)
  return {
    server: serverOf(cluster),
    authority: authorityOf(cluster),
    serverName: cluster['tls-server-name'] || null,
    credential: credentialOf(user),
  }
}

const currentOf = ({ contexts, current }: File): string | null => {
  if (current !== undefined && contexts.has(current)) return current
  return contexts.size === 1 ? ([...contexts.keys()][0] ?? null) : null
}

function contextOf(file: File, name: string): KubeconfigContext {
  const context = file.contexts.get(name)
  const base = { name, server: file.clusters.get(context?.cluster ?? '')?.server ?? '', user: context?.user ?? '' }
  try {
    return { ...base, credential: accessIn(file, name).credential.kind, refusal: null }
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error
    return { ...base, credential: null, refusal: { code: error.code, detail: error.detail } }
  }
}

/** What stands in a kubeconfig: each context, and why it is not taken where it is not. Throws KubeconfigError for what is none. */
export function describeKubeconfig(source: string): KubeconfigSummary {
  const file = readFile(source)
  if (file.contexts.size === 0) throw new KubeconfigError('no_context', 'contexts')
  return { contexts: [...file.contexts.keys()].map((name) => contextOf(file, name)), current: currentOf(file) }
}

/** All that is needed of one context. Throws KubeconfigError. */
export function accessOf(source: string, context?: string): ClusterAccess {
  const file = readFile(source)
  const name = context ?? currentOf(file)
  if (name === null) throw new KubeconfigError('no_context', [...file.contexts.keys()].join(', '))
  return accessIn(file, name)
}
