import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DesiredSet, UnitEntry } from '@/lib/protocol/desired'
import type { InitOrder } from '@/lib/protocol/init'
import { removeFolder } from './package-cache'
import type { UnitContext } from './unit-context'
import { releaseLinks } from './unit-folder'
import type { UnitRunner } from './unit-runner'

type Wanted = { entries: Record<string, UnitEntry>; packages: DesiredSet['packages']; init?: InitOrder }

/** Removes packages that no unit could go back to and nobody wants, and what an interrupted removal left. */
export async function forgetLeftovers(
  { home, cache, groups }: Pick<UnitContext, 'home' | 'cache' | 'groups'>,
  runners: UnitRunner[],
  { entries, packages, init }: Wanted,
): Promise<void> {
  const wanted = new Set(packages.map(({ digest }) => digest))
  for (const { check } of init?.policies ?? []) if (check.kind === 'package') wanted.add(check.digest)
  for (const { content } of Object.values(entries)) if (content) wanted.add(content.package.digest)
  for (const { record } of runners) {
    for (const digest of [record.package, record.content?.package.digest, record.applied?.content.package.digest])
      if (digest) wanted.add(digest)
    if (!record.dir) continue
    for (const { target } of releaseLinks(join(home.apps, record.dir))) wanted.add(basename(target))
  }
  await cache.removeAllBut(wanted)
  groups.forgetAllBut(new Set(runners.flatMap(({ record }) => record.group ?? [])))
  for (const name of await readdir(home.trash)) await removeFolder(join(home.trash, name))
}
