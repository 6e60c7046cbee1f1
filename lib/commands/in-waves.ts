import type { FoundTarget } from './find-targets'

type Place = Pick<FoundTarget, 'unitId' | 'unitName' | 'runtimeId'> & { readonly machineId: string | null }

/** A node of the graph of a command: a target, or what stands between two waves. */
export interface WaveNode extends Place {
  readonly verb: 'run' | 'record'
  readonly layer: number
  readonly dependsOn: readonly number[]
}

/** Targets in their order, wave after wave. Between two waves stands one node that waits for all of the first, so that not each waits for each. */
export function inWaves(targets: readonly FoundTarget[], sizes: readonly number[]): WaveNode[] {
  const nodes: WaveNode[] = []
  let from = 0
  for (const [at, size] of sizes.entries()) {
    const barrier = at === 0 ? [] : [nodes.length - 1]
    const layer = 2 * at + 1
    const begin = nodes.length
    for (const { unitId, unitName, machineId, runtimeId } of targets.slice(from, from + size))
      nodes.push({ unitId, unitName, machineId, runtimeId, verb: 'run', layer, dependsOn: barrier })
    from += size
    if (at === sizes.length - 1) break
    const all = Array.from({ length: nodes.length - begin }, (_, i) => begin + i)
    const runtimeId = nodes[begin]?.runtimeId ?? ''
    nodes.push({ unitId: null, unitName: null, machineId: null, runtimeId, verb: 'record', layer: layer + 1, dependsOn: all })
  }
  return nodes
}

/** First a few, then a part of all, then the rest; none is empty. */
export function waveSizes(count: number, { first, percent }: { first: number; percent: number }): number[] {
  const one = Math.min(first, count)
  const two = Math.min(Math.ceil((count * percent) / 100), count - one)
  return [one, two, count - one - two].filter((size) => size > 0)
}
