import type { Experiment } from './experiments'
import { Rig } from './rig'
import { type Result, runExperiment } from './run-experiment'

export const machineNames = ['m1', 'm2', 'm3', 'm4'] as const
export const rigPace = 8

/** A stack that broke so far that an experiment could not be carried out is replaced. */
const isUsable = ({ violations }: Result): boolean => !violations.some((says) => says.startsWith('it could not be carried out'))

/** One after the other on one rig. Each has a seed of its own, made of the run's and its place in the table. */
export async function runAll(
  chosen: readonly { experiment: Experiment; index: number }[],
  { seed, stop, tell }: { seed: number; stop: AbortSignal; tell: (result: Result) => void },
): Promise<Result[]> {
  const results: Result[] = []
  let rig: Rig | undefined
  try {
    for (const { experiment, index } of chosen) {
      if (stop.aborted) break
      rig ??= await Rig.start(machineNames, rigPace)
      const result = await runExperiment(rig, experiment, { seed: seed * 1000 + index, service: `witness-${index}` })
      results.push(result)
      tell(result)
      if (isUsable(result)) continue
      await rig.stop()
      rig = undefined
    }
  } finally {
    await rig?.stop()
  }
  return results
}
