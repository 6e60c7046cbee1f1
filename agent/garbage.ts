import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CommandEntry } from '@/lib/protocol/command'
import type { DesiredSet, UnitEntry } from '@/lib/protocol/desired'
import type { InitOrder } from '@/lib/protocol/init'
import type { Copies } from './copies'
import { removeFolder } from './remove-folder'
import { forgetStaged } from './staged-data'
import type { UnitContext } from './unit-context'
import { releaseLinks } from './unit-folder'
import { needsData } from './unit-report'
import type { UnitRunner } from './unit-runner'

type Wanted = {
  entries: Record<string, UnitEntry>
  packages: DesiredSet['packages']
  commands?: CommandEntry[]
  init?: InitOrder
  copies: Copies
}

/** Removes packages that no unit could go back to and nobody wants, and what an interrupted removal left. */
export async function forgetLeftovers(
  { home, cache, groups }: Pick<UnitContext, 'home' | 'cache' | 'groups'>,
  runners: UnitRunner[],
  { entries, packages, commands = [], init, copies }: Wanted,
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
  const unplaced = runners.flatMap(({ record, entryInForce: entry }) => (entry && needsData(record, entry) ? (entry.copyId ?? []) : []))
  await forgetStaged(home, new Set([...copies.wantedHere(commands), ...unplaced]))
  for (const name of await readdir(home.trash)) await removeFolder(join(home.trash, name))
}
