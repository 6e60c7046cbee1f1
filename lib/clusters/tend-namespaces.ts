import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Cluster } from '@/lib/db/generated/client'
import type { NamespaceState } from '@/lib/db/generated/enums'
import { transaction } from '@/lib/db/transaction'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { type NamespaceOutcome, tendNamespace } from '@/lib/drivers/kubernetes/tend-namespace'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { openRegistry } from '@/lib/registries/registry-address'
import { openNamespaces, type WantedNamespace, wantedNamespaces } from './wanted-namespaces'

const actor = systemActor('observer')
const atOnce = 4

interface Reality {
  /** Names of the hub's namespaces that are there now; missing = not known. */
  readonly seen?: ReadonlySet<string> | undefined
  /** Everything is put right, whatever is believed of it. */
  readonly all?: boolean
}

/** Looks at rows and at the cluster: makes what is missing, puts right what differs, leaves strangers alone. May be run at any time. */
export async function tendNamespaces(cluster: Cluster, client: KubernetesClient, reality: Reality = {}): Promise<number> {
  await openNamespaces(cluster)
  const due = (await wantedNamespaces(cluster)).filter((one) => one.isGranted && isDue(one, reality))
  const line = [...due]
  const work = async () => {
    for (let one = line.shift(); one; one = line.shift()) await tend(cluster, client, one)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, due.length) }, work))
  return due.length
}

function isDue({ row, madeOf }: WantedNamespace, { seen, all = false }: Reality): boolean {
  if (all || row.state === 'wanted') return true
  if (row.state === 'present') return row.madeOf !== madeOf || (seen !== undefined && !seen.has(row.name))
  // Somebody may have removed what stood in the way.
  return clock.nowMs() - row.stateSince.getTime() > pace('clusterUsage')
}

async function tend(cluster: Cluster, client: KubernetesClient, wanted: WantedNamespace): Promise<void> {
  const outcome = await tendNamespace(client, wanted.wish, {
    adopt: wanted.row.adoptedAt !== null,
    pulls: wanted.registries.map(openRegistry),
  })
  await save(cluster, wanted, outcome)
}

const stateOf: Readonly<Record<NamespaceOutcome['kind'], NamespaceState>> = {
  present: 'present',
  foreign: 'foreign',
  refused: 'refused',
  terminating: 'wanted',
}

const reasonOf = (outcome: NamespaceOutcome): string | null => {
  if (outcome.kind === 'foreign') return outcome.owner
  return outcome.kind === 'refused' ? outcome.message.slice(0, 1000) : null
}

async function save({ id, runtimeId }: Cluster, { row, madeOf }: WantedNamespace, outcome: NamespaceOutcome): Promise<void> {
  const state = stateOf[outcome.kind]
  const reason = reasonOf(outcome)
  const key = { clusterId_applicationId: { clusterId: id, applicationId: row.applicationId } }
  await transaction(async (tx) => {
    const now = await tx.clusterNamespace.findUnique({ where: key })
    // Adopted, or gone with its cluster, meanwhile: the next look sees that.
    if (!now || now.adoptedAt?.getTime() !== row.adoptedAt?.getTime()) return
    const isNews = now.state !== state || now.reason !== reason
    await tx.clusterNamespace.update({
      where: key,
      data: { state, reason, stateSince: clock.now(), madeOf: state === 'present' ? madeOf : null },
    })
    if (!isNews) return
    const { name: cluster } = await tx.runtime.findUniqueOrThrow({ where: { id: runtimeId }, select: { name: true } })
    if (state === 'wanted') return tellLive(tx, ['platform'], 'cluster.namespace')
    await writeEvent(tx, actor, {
      name: `cluster.namespace_${state === 'present' ? 'made' : state}`,
      subject: { kind: 'cluster', id },
      data: { name: cluster, namespace: row.name, from: now.state, to: state, ...(reason ? { reason } : {}) },
    })
  })
}
