import type { TestProject } from 'vitest/node'
import { ownPrograms, type Programs, removePrograms } from './programs'

declare module 'vitest' {
  interface ProvidedContext {
    programs: Programs | undefined
  }
}

/** Once a run: each of its processes would spend a second on the same files. */
export default async function setup(project: TestProject): Promise<() => void> {
  project.provide('programs', await ownPrograms())
  return removePrograms
}
