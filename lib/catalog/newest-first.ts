import { compare } from 'semver'

/** Versions by semantic version, the newest first. */
export const newestFirst = <T extends { readonly version: string }>(versions: readonly T[]): T[] =>
  [...versions].sort((a, b) => compare(b.version, a.version))
