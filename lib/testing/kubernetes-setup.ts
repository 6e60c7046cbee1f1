import type { TestProject } from 'vitest/node'
import { bringUp, dropAbandoned, type TestKubernetes, takeDown } from './kubernetes'

/** What files are told of a run's clusters. */
interface RunsClusters {
  /** Those of the first worker: they are up. */
  readonly clusters: readonly TestKubernetes[]
  /** How those of each worker are called. */
  readonly names: readonly (readonly string[])[]
  /** With it they end. */
  readonly owner: number
}

declare module 'vitest' {
  interface ProvidedContext {
    kubernetes: RunsClusters
  }
}

/** Somebody's cluster, by their own choice: tests work in namespaces that they make, one file after the other. */
const given = (kubeconfig: string): TestKubernetes => ({ name: 'given', server: '', kubeconfig, isOurs: false })

/** Two clusters a worker, side by side, for all of its files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const file = process.env.TENGEN_TEST_KUBECONFIG
  const owner = process.pid
  if (file) {
    project.provide('kubernetes', { clusters: [given(file)], names: [], owner })
    return async () => {}
  }
  await dropAbandoned()
  const names = Array.from({ length: project.vitest.config.maxWorkers }, (_, worker) =>
    ['one', 'two'].map((name) => `test-${owner}-${worker + 1}-${name}`),
  )
  const end = async () => void (await Promise.allSettled(names.flat().map(takeDown)))
  try {
    const clusters = await Promise.all((names[0] ?? []).map((name) => bringUp(name)))
    project.provide('kubernetes', { clusters, names, owner })
  } catch (error) {
    await end()
    throw error
  }
  return end
}
