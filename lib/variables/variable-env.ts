import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { secretPlaceholder } from '@/lib/protocol/desired'

interface Place {
  readonly applicationId: string
  readonly environment: Environment
}

/** What a process gets of an application's variables: name → text, or the placeholder of the secret's version in force. */
export interface VariableEnv {
  readonly texts: ReadonlyMap<string, string>
  /** Secret id → version in force, by name. */
  readonly secrets: ReadonlyMap<string, readonly [secretId: string, version: number]>
}

/** Values in force of these names in one environment; a name that is not there is missing. */
export async function loadVariableEnv(tx: Tx, { applicationId, environment }: Place, names: readonly string[]): Promise<VariableEnv> {
  if (names.length === 0) return { texts: new Map(), secrets: new Map() }
  const variables = await tx.variable.findMany({ where: { applicationId, environment, name: { in: [...names] } } })
  const plain = variables.filter((variable) => !variable.secretId)
  const versions = await tx.variableVersion.findMany({ where: { OR: plain.map(({ id, version }) => ({ variableId: id, version })) } })
  const textOf = new Map(versions.map((row) => [row.variableId, row.text ?? '']))
  const texts = variables.map(({ id, name, secretId, version }) => {
    return [name, secretId ? secretPlaceholder(secretId, version) : (textOf.get(id) ?? '')] as const
  })
  const secrets = variables.flatMap(({ name, secretId, version }) => (secretId ? [[name, [secretId, version]] as const] : []))
  return { texts: new Map(texts), secrets: new Map(secrets) }
}
