import { newestFirst } from '@/lib/catalog/newest-first'
import type { PackageVersion } from '@/lib/db/generated/client'
import type { ServiceView } from './views'

type Version = Pick<PackageVersion, 'id' | 'version' | 'state'>

/** Versions one may go to, newest first, and the one that runs whatever became of it. */
export const versionChoices = (versions: readonly Version[], running: string | undefined): ServiceView['versions'] =>
  newestFirst(versions.filter((one) => one.state === 'active' || one.version === running)).map(({ id, version, state }) => ({
    id,
    version,
    state,
  }))
