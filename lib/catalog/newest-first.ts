import { compare, prerelease } from 'semver'

/** Versions by semantic version, the newest first; pre-releases come after everything that was released. */
export const newestFirst = <T extends { readonly version: string }>(versions: readonly T[]): T[] =>
  [...versions].sort(
    (a, b) => Number(prerelease(a.version) !== null) - Number(prerelease(b.version) !== null) || compare(b.version, a.version),
  )
