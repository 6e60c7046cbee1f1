import { hash } from 'node:crypto'
import type { Tx } from '@/lib/db/client'

const longest = 63
const tagLength = 6

/** Of organisation and application; where that is too long, or taken, it ends in a few signs of the application's id. */
export function namespaceName(organization: string, application: string, tagOf: string | null): string {
  const plain = `${organization}-${application}`
  if (tagOf === null && plain.length <= longest) return plain
  const tag = hash('sha256', tagOf ?? plain, 'hex').slice(0, tagLength)
  return `${plain.slice(0, longest - tagLength - 1).replace(/-+$/, '')}-${tag}`
}

/** Never an application's, whatever it is called. */
const reserved = /^(kube|openshift|tengen)-|^(default|tengen)$/

interface Named {
  readonly id: string
  readonly slug: string
  readonly namespace: string | null
  readonly organization: { readonly slug: string }
}

/** The application's namespace, derived once and kept: two that would be called alike get different ones. The caller holds the application. */
export async function keepNamespace(tx: Tx, { id, slug, namespace, organization }: Named): Promise<string> {
  if (namespace !== null) return namespace
  const plain = namespaceName(organization.slug, slug, null)
  const isTaken = reserved.test(plain) || (await tx.application.count({ where: { namespace: plain } })) > 0
  const name = isTaken ? namespaceName(organization.slug, slug, id) : plain
  await tx.application.update({ where: { id }, data: { namespace: name } })
  return name
}
