import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import type { PlanChange } from './plan-views'

/** What differs between a plan somebody saw and the plan of now, path by path of the signed documents. */
export async function planChange(tx: Tx, record: DeployRecord, fromHash: string): Promise<PlanChange | null> {
  const plans = await tx.plan.findMany({ where: { recordId: record.id }, orderBy: { createdAt: 'desc' } })
  const now = plans.find((plan) => plan.id === record.planId)
  const before = plans.find((plan) => plan.hash === fromHash)
  if (!now || !before || now.hash === before.hash) return null
  return { fromHash, toHash: now.hash, at: now.createdAt.toISOString(), changes: compareDocuments(before.document, now.document) }
}

const maxChanges = 50

/** Leaves that differ, with their path. */
export function compareDocuments(before: unknown, after: unknown): PlanChange['changes'] {
  const [was, is] = [leaves(before), leaves(after)]
  const paths = [...new Set([...was.keys(), ...is.keys()])]
  return paths
    .filter((path) => was.get(path) !== is.get(path))
    .slice(0, maxChanges)
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
}

function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) leaves(inner, path ? `${path}.${key}` : key, found)
  } else found.set(path, String(value))
  return found
}
