import { compare } from 'semver'
import type { PackageVersion } from '@/lib/db/generated/client'
import type { ServiceView } from './views'

type Version = Pick<PackageVersion, 'id' | 'version' | 'state'>

/** Versions one may go to, newest first, and the one that runs whatever became of it. */
export const versionChoices = (versions: readonly Version[], running: string | undefined): ServiceView['versions'] =>
  versions
    .filter((one) => one.state === 'active' || one.version === running)
    .sort((a, b) => compare(b.version, a.version))
    .map(({ id, version, state }) => ({ id, version, state }))
