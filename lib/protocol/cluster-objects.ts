import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml'
import { type ClusterPower, forbiddenInPods, forbiddenInServices } from './cluster-powers'

/** An object as somebody wrote it. */
export interface WrittenObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>>; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

export interface ObjectFinding {
  /** Of the text that was read. */
  readonly line: number | null
  readonly rule: 'yaml' | 'object' | 'kind_forbidden' | 'namespace_given' | 'pod_forbidden' | 'service_forbidden' | 'too_much'
  readonly message: string
}

/**
 * What services may be made of; everything else belongs to those who look after a cluster. One table for lint, plans and docs. No
 * Ingress: who may answer for a name is decided between organisations, not by a file of one of them.
 */
export const allowedKinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'PersistentVolumeClaim'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
]

type Path = (string | number)[]

const podPaths: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

type Powers = readonly ClusterPower[]

const mostObjects = 200
const mostCharacters = 1_000_000

/** Reads a text of several documents. Nothing in it is run, and every finding says where. `powers`: what an operator lets its organisation have. */
export function readObjects(text: string, powers: Powers = []): { objects: WrittenObject[]; findings: ObjectFinding[] } {
  if (text.length > mostCharacters) return { objects: [], findings: [{ line: null, rule: 'too_much', message: 'is over 1 MB' }] }
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const found = (Array.isArray(documents) ? documents : []) as Document[]
  if (found.length > mostObjects)
    return { objects: [], findings: [{ line: null, rule: 'too_much', message: `has more than ${mostObjects} objects` }] }
  const read = found.map((document) => readOne(document, lines, powers))
  return { objects: read.flatMap((one) => one.object ?? []), findings: read.flatMap((one) => one.findings) }
}

function readOne(document: Document, lines: LineCounter, powers: Powers): { object?: WrittenObject; findings: ObjectFinding[] } {
  const [error] = document.errors
  if (error)
    return { findings: [{ line: lines.linePos(error.pos[0]).line, rule: 'yaml', message: error.message.split('\n')[0] ?? 'is not YAML' }] }
  let json: unknown
  try {
    json = document.toJS({ maxAliasCount: 100 })
  } catch {
    return { findings: [{ line: null, rule: 'yaml', message: 'uses too many aliases' }] }
  }
  if (json === null || json === undefined) return { findings: [] }
  const lineAt = (path: Path) => lineOf(document, lines, path)
  if (!isObject(json)) return { findings: [{ line: lineAt([]), rule: 'object', message: 'needs apiVersion, kind and metadata.name' }] }
  const findings = whyNot(json, lineAt, powers)
  return findings.length > 0 ? { findings } : { object: json, findings }
}

const noLine = () => null

/** The same of an object that is no text any more. */
export const whyNotObject = (value: unknown, powers: Powers): ObjectFinding[] =>
  isObject(value) ? whyNot(value, noLine, powers) : [{ line: null, rule: 'object', message: 'needs apiVersion, kind and metadata.name' }]

function isObject(value: unknown): value is WrittenObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<WrittenObject>
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string' && metadata.name !== ''
}

type LineAt = (path: Path) => number | null

const unlessLet = ', and no operator lets this organisation have that'

const whyNot = (object: WrittenObject, lineAt: LineAt, powers: Powers): ObjectFinding[] => [
  ...whyNotKind(object, lineAt),
  ...whyNotService(object, lineAt, powers),
  ...whyNotPod(object, lineAt, powers),
]

function whyNotKind({ apiVersion, kind, metadata }: WrittenObject, lineAt: LineAt): ObjectFinding[] {
  const isAllowed = allowedKinds.some(([version, name]) => version === apiVersion && name === kind)
  const findings: ObjectFinding[] = []
  if (!isAllowed)
    findings.push({
      line: lineAt(['kind']),
      rule: 'kind_forbidden',
      message: `${kind} of ${apiVersion} is none of what services may be made of: ${allowedKinds.map((one) => one[1]).join(', ')}`,
    })
  if (metadata.namespace !== undefined)
    findings.push({
      line: lineAt(['metadata', 'namespace']),
      rule: 'namespace_given',
      message: 'leave the namespace out: it is the application’s',
    })
  return findings
}

function whyNotService({ kind, spec }: WrittenObject, lineAt: LineAt, powers: Powers): ObjectFinding[] {
  if (kind !== 'Service') return []
  return forbiddenInServices
    .filter(({ path, is, power }) => !powers.includes(power) && is((spec as Record<string, unknown> | undefined)?.[path]))
    .map(({ path, why }) => ({
      line: lineAt(['spec', path]),
      rule: 'service_forbidden' as const,
      message: `spec.${path} would take ${why}${unlessLet}`,
    }))
}

function whyNotPod(object: WrittenObject, lineAt: LineAt, powers: Powers): ObjectFinding[] {
  const base = podPaths[object.kind]
  if (!base) return []
  const pod = base.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
  const fences = forbiddenInPods.filter(({ power }) => !powers.includes(power))
  return fences.flatMap(({ path, is, why }) =>
    placesOf(pod, path.split('.'))
      .filter(({ value }) => is(value))
      .map(({ at }) => ({
        line: lineAt([...base, ...at]),
        rule: 'pod_forbidden' as const,
        message: `${[...base, ...at].join('.')} would give it ${why}${unlessLet}`,
      })),
  )
}

function placesOf(value: unknown, [key, ...rest]: readonly string[], at: Path = []): { value: unknown; at: Path }[] {
  if (key === undefined) return [{ value, at }]
  if (value === null || typeof value !== 'object') return []
  if (key === '*') return Array.isArray(value) ? value.flatMap((item, index) => placesOf(item, rest, [...at, index])) : []
  return placesOf((value as Record<string, unknown>)[key], rest, [...at, key])
}

/** The line of the deepest part of the path that is written down. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return null
}
