import type { TestProject } from 'vitest/node'
import { startTestCluster, type TestCluster } from './test-cluster'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestCluster
  }
}

/** A throw-away PostgreSQL for this run, and one migrated template that each test file copies. */
export default async function setup(project: TestProject): Promise<() => void> {
  // Agent tests kill things: with synchronous_commit off an acknowledged row could be lost.
  const { cluster, end } = await startTestCluster(project.name.startsWith('agent') ? 'on' : 'off')
  project.provide('postgres', cluster)
  return end
}
