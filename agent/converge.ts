import { digestOf } from '@/lib/protocol/canonical'
import { type ApplyEffect, applyEffects, type UnitContent, type UnitEntry } from '@/lib/protocol/desired'
import type { UnitNews } from '@/lib/protocol/news'

export const steps = [
  'fetch',
  'stop',
  'link',
  'take-over',
  'write',
  'relate',
  'install',
  'upgrade',
  'config-changed',
  'reload',
  'resize',
  'start',
  'launch',
  'relation-changed',
  'remove',
  'delete',
] as const
/** `take-over` puts the data where the unit finds them that came with it. `relate` writes what the unit is to know of others. `start` is the package's start hook, `launch` the supervised process; both stand where the design says start. */
export type Step = (typeof steps)[number]

/** The part of a unit's record that a plan depends on. */
export type Known = {
  package: string | null
  isSetUp: boolean
  wasInstalled: boolean
  applied: { content: UnitContent; digest: string } | null
  isDirty: boolean
  isUp: boolean
  restartToken: string | null
  related: { digest: string } | null
  /** Its data came with it and are not in their place yet: it starts with them, or not at all. */
  needsData?: boolean
  /** There is a folder or anything else to be removed. */
  exists: boolean
}

export type UnitPlan = { steps: Step[]; transition: UnitNews['transition'] }

const nothing: UnitPlan = { steps: [], transition: null }
const bringUp: Step[] = ['start', 'launch', 'relation-changed']

/** What would have to be reached; two entries with the same goal are one piece of work, whoever asks. */
export function goalOf(entry: UnitEntry): string {
  const found = goals.get(entry)
  if (found !== undefined) return found
  const { generation, wanted, content, restartToken, relations } = entry
  const known = relations === null ? {} : { relations: relations.digest }
  const goal = digestOf({ generation, wanted, restartToken, content: content === null ? null : digestOf(content), ...known })
  goals.set(entry, goal)
  return goal
}

/** Entries are never changed, and asked for their goal at every step. */
const goals = new WeakMap<UnitEntry, string>()

/** Known state + desired entry → the steps between them, in order. Pure: the whole of what the agent decides about a unit. */
export function planUnit(known: Known, entry: UnitEntry): UnitPlan {
  switch (entry.wanted) {
    case 'as_is':
      return nothing
    case 'absent':
      return known.exists ? { steps: ['stop', 'remove', 'delete'], transition: null } : nothing
    case 'stopped':
      return withRelations(planStopped(known, entry.content), known, entry)
    case 'running':
      return withRelations(planRunning(known, entry), known, entry)
  }
}

/** New relations are written before any hook may read them, and told once what else has changed is done. */
function withRelations({ steps, transition }: UnitPlan, known: Known, { relations, wanted }: UnitEntry): UnitPlan {
  if (relations === null || relations.digest === known.related?.digest) return { steps, transition }
  const at = steps.includes('write') ? steps.indexOf('write') + 1 : steps.includes('stop') ? steps.indexOf('stop') + 1 : 0
  const tell: Step[] = wanted === 'running' && !steps.includes('relation-changed') ? ['relation-changed'] : []
  return { steps: [...steps.slice(0, at), 'relate', ...steps.slice(at), ...tell], transition }
}

function planStopped(known: Known, content: UnitContent | null): UnitPlan {
  const changed = content === null ? nothing : planContent(known, content)
  const prepare = changed.steps.filter((step) => !bringUp.includes(step) && step !== 'reload' && step !== 'stop')
  return { steps: ['stop', ...prepare], transition: changed.transition }
}

function planRunning(known: Known, { content: given, restartToken }: UnitEntry): UnitPlan {
  const content = given ?? known.applied?.content
  if (!content) return nothing
  const change = planContent(known, content)
  const restarts = change.steps.includes('launch')
  if (!known.isUp && !restarts) {
    const before = change.steps.filter((step) => step !== 'reload' && step !== 'relation-changed')
    return { steps: [...before, ...bringUp], transition: change.transition ?? (known.applied ? 'restarting' : null) }
  }
  if (restartToken !== known.restartToken && restartToken !== null && !restarts) {
    const before = change.steps.filter((step) => step !== 'reload' && step !== 'relation-changed')
    return { steps: [...before, 'stop', ...bringUp], transition: 'restarting' }
  }
  return change
}

function planContent(known: Known, content: UnitContent): UnitPlan {
  const link: Step[] = known.needsData ? ['link', 'take-over'] : ['link']
  if (!known.wasInstalled) {
    return { steps: ['fetch', 'stop', ...link, 'write', 'install', 'config-changed', ...bringUp], transition: null }
  }
  if (known.package !== content.package.digest || !known.isSetUp || known.needsData) {
    return { steps: ['fetch', 'stop', ...link, 'write', 'upgrade', 'config-changed', ...bringUp], transition: 'upgrading' }
  }
  if (known.isDirty || !known.applied) return restartWith('configuring')
  const effect = effectOf(known.applied.content, content)
  const isResized = digestOf(known.applied.content.resources) !== digestOf(content.resources)
  // First, for it may be refused, and then nothing has been touched.
  const resize: Step[] = isResized ? ['resize'] : []
  if (effect === 'none') return nothing
  // Nothing to run differs, only what the unit is called (its release) or may take: the files say so, nobody need be told.
  if (effect === 'label') return { steps: [...resize, 'write'], transition: null }
  if (effect === 'live') return { steps: [...resize, 'write', 'config-changed', 'relation-changed'], transition: 'configuring' }
  if (effect === 'reload' && content.hooks.reload)
    return { steps: [...resize, 'write', 'config-changed', 'reload', 'relation-changed'], transition: 'configuring' }
  return restartWith('configuring')
}

function restartWith(transition: UnitNews['transition']): UnitPlan {
  return { steps: ['stop', 'write', 'config-changed', ...bringUp], transition }
}

/** The strongest effect among the config keys that changed; any other change of what runs, but for its size, asks for a restart. */
export function effectOf(from: UnitContent, to: UnitContent): ApplyEffect | 'none' | 'label' {
  if (digestOf(from) === digestOf(to)) return 'none'
  const { config: configFrom, files: filesFrom, release: _r1, apply: _a1, package: _p1, resources: _s1, ...restFrom } = from
  const { config: configTo, files: filesTo, release: _r2, apply, package: _p2, resources: _s2, ...restTo } = to
  if (digestOf(restFrom) !== digestOf(restTo)) return 'restart'
  const keys = [...new Set([...Object.keys(configFrom), ...Object.keys(configTo)])].filter(
    (key) => digestOf(configFrom[key] ?? null) !== digestOf(configTo[key] ?? null),
  )
  if (keys.length === 0) return digestOf(filesFrom) === digestOf(filesTo) ? 'label' : 'restart'
  const strongest = Math.max(...keys.map((key) => strengthOf(apply[key] ?? 'restart')))
  return applyEffects[strongest] ?? 'restart'
}

/** `fixed` asks for nothing: such a value counted only at the install. */
function strengthOf(effect: ApplyEffect): number {
  return effect === 'fixed' ? 0 : applyEffects.indexOf(effect)
}
