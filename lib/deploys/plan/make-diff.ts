import type { DiffFile, DiffGroup } from '@/lib/deploys/plan-views'
import { type ContentFile, UnitContent } from '@/lib/protocol/desired'
import { pathOf } from '@/lib/protocol/machine-template'
import type { PlanInput } from './plan-types'
import type { UnitStep } from './plan-units'

/** Differences by unit, equal ones told once. Secret values never stand here: contents carry only their references. */
export function makeDiff(input: PlanInput, steps: readonly UnitStep[]): DiffGroup[] {
  const groups = new Map<string, { units: string[]; machines: Set<string>; files: DiffFile[] }>()
  for (const step of steps) {
    const files = filesOf(input, step)
    // Addresses, ordinals and ports differ by unit; what people compare is the change, so those lines group by text.
    const key = JSON.stringify(files)
    const group = groups.get(key) ?? { units: [], machines: new Set<string>(), files }
    group.units.push(step.unit.name)
    group.machines.add(step.unit.machineName)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ units, machines, files }) => ({ units, machines: [...machines], files }))
}

function filesOf(input: PlanInput, step: UnitStep): DiffFile[] {
  const beforeText = step.before?.contentDigest ? input.contents.get(step.before.contentDigest) : undefined
  const before = beforeText ? UnitContent.parse(JSON.parse(beforeText)) : null
  const after = step.content ? UnitContent.parse(JSON.parse(step.content.text)) : null
  return [...factsOf(before, after), ...textsOf(before, after), ...secretsOf(before, after)]
}

const version = (content: UnitContent | null) => (content ? `${content.package.name} ${content.package.version}` : null)

function factsOf(before: UnitContent | null, after: UnitContent | null): DiffFile[] {
  const facts: DiffFile[] = [
    { path: 'package', kind: 'fact', before: version(before), after: version(after) },
    {
      path: 'release',
      kind: 'fact',
      before: before ? `r${before.release.number}` : null,
      after: after ? `r${after.release.number}` : null,
    },
    { path: 'size', kind: 'fact', before: sizeText(before), after: sizeText(after) },
  ]
  return facts.filter((fact) => fact.before !== fact.after)
}

const sizeText = (content: UnitContent | null) => {
  if (!content) return null
  const { cpuMillis, memoryMib, diskMib } = content.resources
  return `CPU ${cpuMillis / 1000}, ${memoryMib} MiB${diskMib > 0 ? `, disk ${diskMib} MiB` : ''}`
}

const texts = (content: UnitContent | null): Map<string, string> => {
  if (!content) return new Map()
  const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  const run = { process: content.process, check: content.check, hooks: content.hooks }
  return new Map([
    ...content.files.flatMap(shownFile),
    ['config.json', pretty(content.config)],
    ['process.json', pretty(run)],
    ...(Object.keys(content.env).length > 0 ? [['environment', environmentText(content)] as const] : []),
  ])
}

/** A template that the machine renders is shown as it is, and beside it what goes into it. */
const shownFile = (file: ContentFile): (readonly [string, string])[] =>
  file.inputs
    ? [
        [`${pathOf(file)} (template)`, file.text],
        [`${pathOf(file)} (inputs)`, `${JSON.stringify(file.inputs, null, 2)}\n`],
      ]
    : [[file.path, file.text]]

const environmentText = ({ env }: UnitContent): string =>
  Object.entries(env)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

function textsOf(before: UnitContent | null, after: UnitContent | null): DiffFile[] {
  const [was, is] = [texts(before), texts(after)]
  const paths = [...new Set([...was.keys(), ...is.keys()])]
  return paths.flatMap((path): DiffFile[] => {
    const [a, b] = [maskSecrets(was.get(path)), maskSecrets(is.get(path))]
    return a === b ? [] : [{ path, kind: 'text', before: a, after: b }]
  })
}

const placeholder = /⟦secret:[^⟧]*⟧/g
export const maskSecrets = (text: string | undefined): string | null => text?.replaceAll(placeholder, '••••••') ?? null

const secretsOf = (before: UnitContent | null, after: UnitContent | null): DiffFile[] =>
  secretsChanged(before ? JSON.stringify(before) : undefined, after ? JSON.stringify(after) : undefined)

export function secretsChanged(before: string | undefined, after: string | undefined): DiffFile[] {
  const found = (text: string | undefined) => new Set(text?.match(placeholder) ?? [])
  const [was, is] = [found(before), found(after)]
  const changed = was.size !== is.size || [...is].some((reference) => !was.has(reference))
  return changed ? [{ path: 'secrets', kind: 'secret', before: null, after: null }] : []
}
