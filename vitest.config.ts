import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const postgres = 'lib/testing/postgres-setup.ts'
const programs = 'lib/testing/programs-setup.ts'
const kubernetes = 'lib/testing/kubernetes-setup.ts'
const ignored = ['**/node_modules/**', '.next/**', 'dist/**', '.tengen/**', 'e2e/**']
const database = ['**/*.db.test.ts']
const agent = ['**/*.agent.test.ts']
/** On real Kubernetes clusters. */
const cluster = ['**/*.cluster.test.ts']
/** With programs that others have made, and that take minutes to build. */
const peers = ['**/*.peers.test.ts']
/** It takes PostgreSQL away, so it shares it with nobody. */
const alone = ['gateway/postgres-crash.agent.test.ts']
/** The engine against random events and crashes: minutes of computing. */
const model = ['lib/testing/model/**/*.db.test.ts']
const isolated = { environment: 'node', pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const
/** Files of one worker share their modules: reading the house anew for every file cost half of the run. What a file leaves open, it closes itself. */
const shared = { ...isolated, isolate: false, setupFiles: ['lib/testing/fresh-file.ts'], expect: { poll: { timeout: 15_000 } } }
/** Much of their time they wait, for a process or a deadline: a third worker computes meanwhile. They go in a turn of their own. */
const waiting = { maxWorkers: 3, sequence: { groupOrder: 1 } }
/** Whole processes that start, die and come back: their limit is what a busy machine needs. */
const processes = { ...shared, ...waiting, testTimeout: 120_000, globalSetup: [postgres, programs] }

/** Projects that run together begin in this order: what computes first, so that at the end many short files share the cores. */
const order = ['model', 'agent-alone', 'agent']
/** Short to read, long to run, and mostly waiting: begun last it would run alone at the end. */
const longest = /\/chaos\.agent\.test\.ts$/

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const place = ({ project, moduleId }: TestSpecification) => order.indexOf(project.name) - (longest.test(moduleId) ? 0.5 : 0)
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    maxWorkers: 2,
    sequence: { sequencer: Sequencer },
    // What one kind of tests has made of a file the next need not.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'pure',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, ...database, ...agent, ...cluster, ...peers],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'database',
          include: database,
          exclude: [...ignored, ...model],
          globalSetup: [postgres],
        },
      },
      {
        extends: true,
        // Its planted bugs replace modules, which nobody else may meet.
        test: {
          ...isolated,
          ...waiting,
          isolate: true,
          name: 'model',
          include: model,
          exclude: ignored,
          globalSetup: [postgres],
        },
      },
      {
        extends: true,
        // Each worker has clusters of its own: some files cut them off. Somebody's one cluster is for one file at a time.
        test: {
          ...shared,
          name: 'cluster',
          include: cluster,
          exclude: ignored,
          fileParallelism: !process.env.TENGEN_TEST_KUBECONFIG,
          globalSetup: [postgres, kubernetes],
        },
      },
      { extends: true, test: { ...shared, name: 'peers', include: peers, exclude: ignored, globalSetup: [postgres] } },
      { extends: true, test: { ...processes, name: 'agent', include: agent, exclude: [...ignored, ...alone] } },
      { extends: true, test: { ...processes, name: 'agent-alone', include: alone } },
    ],
  },
})
