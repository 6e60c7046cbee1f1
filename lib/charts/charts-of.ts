import { readBlobChunk } from '@/lib/catalog/blobs'
import { factsOf } from '@/lib/clusters/cluster-facts-views'
import { keepNamespace } from '@/lib/clusters/name-namespace'
import { db, type Tx } from '@/lib/db/client'
import type { Cluster, Service } from '@/lib/db/generated/client'
import { Interlude } from '@/lib/db/transaction'
import type { PlanInput } from '@/lib/deploys/plan/plan-types'
import { keptContent, wantedOf } from '@/lib/deploys/plan/plan-workloads'
import type { ReleaseFacts, RenderedChart } from '@/lib/drivers/driver'
import { type ChartAsk, type ChartFile, type ChartRendering, renderChart } from '@/lib/drivers/helm/render-chart'
import { readArchive } from '@/lib/package-format/read-archive'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { keepRendering, keptRendering } from './chart-cache'
import { hubHelm } from './hub-helm'

/** What a chart became for one placement, or why it became nothing. */
export type ChartOf = ({ readonly ok: true } & RenderedChart) | { readonly ok: false; readonly message: string }

interface Wanted {
  readonly placementId: string
  /** The package's archive, and the chart's folder in it. */
  readonly digest: string
  readonly folder: string
  readonly ask: ChartAsk
  readonly key: string
}

/**
 * Charts of what the placements shall be, as Helm renders them. Helm is no work for a transaction: what was not rendered yet is rendered
 * in an interlude, after which the plan is made anew.
 */
export async function chartsOf(tx: Tx, input: Omit<PlanInput, 'charts'>, service: Service): Promise<Map<string, ChartOf>> {
  const releases = input.clusters.map((placement) => input.releases.get(wantedOf(input, placement).releaseId ?? ''))
  if (!releases.some((release) => folderIn(input, release) !== undefined)) return new Map()
  const runtimeIds = input.clusters.map((one) => one.runtimeId)
  const clusters = await tx.cluster.findMany({ where: { runtimeId: { in: runtimeIds } } })
  const application = await tx.application.findUniqueOrThrow({ where: { id: service.applicationId }, include: { organization: true } })
  const namespace = application.namespace ?? (await keepNamespace(tx, application))
  const charts = new Map<string, ChartOf>()
  const missing: Wanted[] = []
  for (const [at, placement] of input.clusters.entries()) {
    const { id, runtimeId, runtimeName, subset } = placement
    const release = releases[at]
    const folder = folderIn(input, release)
    if (!release || folder === undefined || keptContent(input, placement)) continue
    const cluster = clusters.find((one) => one.runtimeId === runtimeId)
    if (!cluster?.version) {
      charts.set(id, { ok: false, message: `${runtimeName} has not been seen yet, and a chart asks for its version.` })
      continue
    }
    const wanted = wantedFrom(id, { release, folder, cluster, name: `${input.service.name}-${subset}`, namespace })
    const rendering = keptRendering(wanted.key)
    if (!rendering) missing.push(wanted)
    else charts.set(id, rendering.ok ? { ok: true, namespace, documents: rendering.documents } : rendering)
  }
  if (missing.length > 0) throw new Interlude(() => renderAll(missing))
  return charts
}

const folderIn = ({ service }: Pick<PlanInput, 'service'>, release: ReleaseFacts | undefined): string | undefined =>
  release?.manifest.components.find((one) => one.name === service.component)?.chart

interface Place {
  readonly release: ReleaseFacts
  readonly folder: string
  readonly cluster: Cluster
  readonly name: string
  readonly namespace: string
}

function wantedFrom(placementId: string, { release, folder, cluster, name, namespace }: Place): Wanted {
  const ask = { name, namespace, kubeVersion: cluster.version as string, apis: factsOf(cluster).apis, values: release.values }
  const { digest } = release.package
  return { placementId, digest, folder, ask, key: sha256Hex(canonicalJson({ digest, folder, ask })) }
}

async function renderAll(missing: readonly Wanted[]): Promise<void> {
  const helm = await hubHelm()
  for (const { digest, folder, ask, key } of missing) {
    if (keptRendering(key)) continue
    const rendering: ChartRendering =
      'whyNot' in helm ? { ok: false, message: helm.whyNot, isPassing: true } : await renderChart(helm, await filesOf(digest, folder), ask)
    keepRendering(key, rendering)
  }
}

async function filesOf(digest: string, folder: string): Promise<ChartFile[]> {
  const parts: Buffer[] = []
  for (let index = 0; ; index++) {
    const part = await readBlobChunk(db, digest, index)
    if (!part) break
    parts.push(part)
  }
  const entries = await readArchive(Buffer.concat(parts))
  return entries.flatMap((entry) =>
    entry.kind === 'file' && entry.path.startsWith(`${folder}/`) ? [{ path: entry.path.slice(folder.length + 1), bytes: entry.bytes }] : [],
  )
}
