import type { DiffFile, DiffGroup } from '@/lib/deploys/plan-views'
import { maskSecrets, secretsChanged } from './make-diff'
import type { PlanInput } from './plan-types'
import type { WorkloadStep } from './plan-workloads'

/** Differences by cluster, equal ones told once: object by object, against what was last rolled out there. */
export function diffWorkloads(input: PlanInput, steps: readonly WorkloadStep[]): DiffGroup[] {
  const groups = new Map<string, { runtimes: Set<string>; files: DiffFile[] }>()
  for (const step of steps) {
    const files = filesOf(input, step)
    const key = JSON.stringify(files)
    const group = groups.get(key) ?? { runtimes: new Set<string>(), files }
    group.runtimes.add(step.placement.runtimeName)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ runtimes, files }) => ({ units: [], machines: [...runtimes], files }))
}

function filesOf(input: PlanInput, { placement, content, release, action }: WorkloadStep): DiffFile[] {
  const { driver } = placement
  const before = placement.contentDigest ? input.contents.get(placement.contentDigest) : undefined
  const was = new Map((before ? driver.textsOf(before) : []).map((one) => [one.path, one.text]))
  const is = new Map((content ? driver.textsOf(content.text) : []).map((one) => [one.path, one.text]))
  const paths = [...new Set([...was.keys(), ...is.keys()])]
  const texts = paths.flatMap((path): DiffFile[] => {
    const [a, b] = [maskSecrets(was.get(path)), maskSecrets(is.get(path))]
    return a === b ? [] : [{ path, kind: 'text', before: a, after: b }]
  })
  const older = placement.releaseId ? input.releases.get(placement.releaseId) : undefined
  const facts: DiffFile[] = [
    // Of a route the package is the product's own, and says nothing.
    ...(input.service.isRoute ? [] : [packageFact(packageOf(older), action === 'remove' ? null : packageOf(release))]),
    {
      path: 'release',
      kind: 'fact',
      before: older ? `r${older.number}` : null,
      after: action === 'remove' || !release ? null : `r${release.number}`,
    },
  ]
  return [...facts.filter((fact) => fact.before !== fact.after), ...texts, ...secretsChanged(before, content?.text)]
}

const packageFact = (before: string | null, after: string | null): DiffFile => ({ path: 'package', kind: 'fact', before, after })

const packageOf = (release: WorkloadStep['release'] | undefined): string | null =>
  release ? `${release.package.name} ${release.package.version}` : null
