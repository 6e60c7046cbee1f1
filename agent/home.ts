import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { keepReserve, makeFolder, readIfThere, writeDurably } from './durable'
import { isAlive, markOf, type ProcessMark } from './procfs'

export type Home = ReturnType<typeof homeAt>

/** Where everything lies in the agent's folder. */
export function homeAt(root: string) {
  return {
    root,
    identity: join(root, 'state', 'identity.json'),
    desired: join(root, 'state', 'desired.json'),
    users: join(root, 'state', 'users.json'),
    units: join(root, 'state', 'units'),
    unitRecord: (unitId: string) => join(root, 'state', 'units', `${unitId}.json`),
    /** One file a unit and generation: until when it may run. */
    leases: join(root, 'state', 'leases'),
    init: join(root, 'state', 'init.json'),
    /** Which agent file is in force, and which is tried. */
    agentState: join(root, 'state', 'agent.json'),
    agents: join(root, 'agents'),
    agentFile: (digest: string) => join(root, 'agents', `${digest}.mjs`),
    outbox: join(root, 'state', 'outbox.jsonl'),
    lock: join(root, 'state', 'agent.lock'),
    runs: join(root, 'runs'),
    run: (runId: string) => join(root, 'runs', runId),
    /** What ended processes of a unit have printed. */
    output: (unitId: string) => join(root, 'output', unitId),
    trash: join(root, 'trash'),
    /** Data that wait for the units they belong to. */
    copies: join(root, 'copies'),
    cache: join(root, 'cache'),
    packages: join(root, 'cache', 'packages'),
    package: (digest: string) => join(root, 'cache', 'packages', digest),
    downloads: join(root, 'cache', 'downloads'),
    /** What each package was when it was unpacked. */
    sums: join(root, 'cache', 'sums'),
    apps: join(root, 'apps'),
  }
}

/** Applications must be able to pass through to their own folder and to their package, and see nothing else. */
export async function prepareHome(home: Home): Promise<void> {
  for (const folder of [home.root, home.cache, home.packages, home.apps]) {
    await makeFolder(folder, 0o711)
    // Again, because the process's umask has its say when a folder is made.
    await chmod(folder, 0o711)
  }
  for (const folder of [
    join(home.root, 'state'),
    home.units,
    home.leases,
    home.runs,
    join(home.root, 'output'),
    home.trash,
    home.copies,
    home.downloads,
    home.sums,
    home.agents,
  ])
    await makeFolder(folder, 0o700)
  await keepReserve(home.root)
}

/** Whoever starts the next agent lets it in. */
export const unlockHome = (home: Home): Promise<void> => rm(home.lock, { force: true })

/** Two agents in one folder would start everything twice. */
export async function lockHome(home: Home): Promise<void> {
  const text = await readIfThere(home.lock)
  const holder = text ? (JSON.parse(text) as ProcessMark) : undefined
  if (holder && holder.pid !== process.pid && isAlive(holder)) {
    throw new Error(`Another agent (pid ${holder.pid}) already works in ${home.root}.`)
  }
  await writeDurably(home.lock, JSON.stringify(markOf(process.pid)))
}
