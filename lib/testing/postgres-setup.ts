import type { TestProject } from 'vitest/node'
import { startTestCluster, type TestCluster } from './test-cluster'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestCluster
  }
}

interface Shared {
  started: Promise<{ cluster: TestCluster; end: () => void }>
  users: number
}

/** Of this run; each project reads this module anew. */
const run = globalThis as { testClusters?: Map<string, Shared> }
const clusters = (run.testClusters ??= new Map())

/** A throw-away PostgreSQL for all projects of this run but the one that takes it away, and one migrated template that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const name = project.name === 'agent-alone' ? project.name : 'all'
  const shared: Shared = clusters.get(name) ?? { started: startTestCluster(), users: 0 }
  clusters.set(name, shared)
  shared.users += 1
  const { cluster, end } = await shared.started
  // Agent tests kill things: with synchronous_commit off an acknowledged row could be lost.
  project.provide('postgres', { ...cluster, isDurable: project.name.startsWith('agent') })
  return async () => {
    shared.users -= 1
    if (shared.users === 0) end()
  }
}
