import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ChartDocument, documentsOf, unsteady } from './chart-documents'
import type { Helm } from './find-helm'
import { type Ended, runBounded } from './run-bounded'

export interface ChartFile {
  /** Inside the chart. */
  readonly path: string
  readonly bytes: Buffer
}

/** All that a rendering depends on. */
export interface ChartAsk {
  readonly name: string
  readonly namespace: string
  /** Of the cluster: `v1.34.4`, and what it serves: `apps/v1`. */
  readonly kubeVersion: string
  readonly apis: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
}

export type ChartRendering =
  | { readonly ok: true; readonly documents: readonly ChartDocument[] }
  /** `isPassing`: another try may end otherwise. */
  | { readonly ok: false; readonly message: string; readonly isPassing: boolean }

const longestMs = 8_000
const mostBytes = 4 << 20

/**
 * What Helm makes of a chart, as a plan holds it: rendered twice, so that what a person approves is what any later rendering would be.
 * Helm sees the chart, the values and an empty home; it asks no cluster, no network and no plugin.
 */
export async function renderChart(helm: Helm, files: readonly ChartFile[], ask: ChartAsk, timeoutMs = longestMs): Promise<ChartRendering> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tengen-chart-'))
  try {
    await writeChart(home, files, ask)
    const once = () => runBounded(helm.file, argumentsOf(ask), { timeoutMs, mostBytes, home })
    const first = await once()
    if (first.code !== 0) return refusalOf(first, home)
    if (speaksOfTime(files)) await sleep(1_050)
    const second = await once()
    if (second.code !== 0) return refusalOf(second, home)
    const documents = documentsOf(first.stdout)
    const [changing, ...others] = unsteady(documents, documentsOf(second.stdout))
    if (changing === undefined) return { ok: true, documents }
    const more = others.length > 0 ? ` (and ${others.length} more)` : ''
    const message = `${changing || 'A template'}${more} renders differently each time, so that nobody could approve it. Give what it makes up (randAlphaNum, genCA, now …) as a value.`
    return { ok: false, message, isPassing: false }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** `now` differs only after a second. */
const speaksOfTime = (files: readonly ChartFile[]): boolean =>
  files.some(({ path: file, bytes }) => /(^|\/)templates\//.test(file) && /\b(now|ago)\b/.test(bytes.toString('utf8')))

async function writeChart(home: string, files: readonly ChartFile[], { values }: ChartAsk): Promise<void> {
  for (const { path: inner, bytes } of files) {
    const file = path.join(home, 'chart', inner)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  // JSON is YAML, and says of each value which type it has.
  await writeFile(path.join(home, 'values.json'), JSON.stringify(values))
}

/** `template` is a dry run at the client: lookups find nothing, DNS answers nothing, dependencies are as they are packed. */
const argumentsOf = ({ name, namespace, kubeVersion, apis }: ChartAsk): string[] => [
  ...['template', name, 'chart', '--dry-run=client', '--values', 'values.json', '--namespace', namespace],
  ...['--kube-version', kubeVersion, ...apis.flatMap((api) => ['--api-versions', api]), '--skip-crds'],
]

function refusalOf({ stopped, stderr }: Ended, home: string): ChartRendering {
  if (stopped === 'time') return { ok: false, message: 'Helm did not end in time.', isPassing: true }
  if (stopped === 'output') return { ok: false, message: `The chart becomes more than ${mostBytes >> 20} MiB.`, isPassing: false }
  const said = stderr
    .replaceAll(home, '')
    .replaceAll(/^(WARNING|level=).*$/gm, '')
    .trim()
  return { ok: false, message: said.replace(/^Error: /, '').slice(0, 2_000) || 'Helm said nothing of why.', isPassing: false }
}
