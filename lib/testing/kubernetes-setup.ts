import type { TestProject } from 'vitest/node'
import { bringUp, dropAbandoned, type TestKubernetes, takeDown } from './kubernetes'

declare module 'vitest' {
  interface ProvidedContext {
    kubernetes: readonly TestKubernetes[]
  }
}

/** Somebody's cluster, by their own choice: tests work in namespaces that they make. */
const given = (kubeconfig: string): TestKubernetes => ({ name: 'given', server: '', kubeconfig, isOurs: false })

/** Two clusters a run, side by side, for all of its files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const file = process.env.TENGEN_TEST_KUBECONFIG
  if (file) {
    project.provide('kubernetes', [given(file)])
    return async () => {}
  }
  await dropAbandoned()
  const names = ['one', 'two'].map((name) => `test-${process.pid}-${name}`)
  const end = async () => void (await Promise.allSettled(names.map(takeDown)))
  try {
    project.provide('kubernetes', await Promise.all(names.map((name) => bringUp(name, { node: true, ingress: true }))))
  } catch (error) {
    await end()
    throw error
  }
  return end
}
