import { db } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { olderVariables } from '@/lib/variables/older-variables'
import type { VariableChoice } from '@/lib/variables/views'
import type { ServiceView } from './views'

/** What a stage may take of its application's variables, what it takes, and what of it is newer than what runs. */
export async function variablesOf({ applicationId }: Service, stage: Stage, taken: string[]): Promise<ServiceView['variables']> {
  const [choices, older] = await Promise.all([
    variableChoices(applicationId, { environment: stage.environment, taken }),
    taken.length > 0 ? olderVariables({ applicationId, environment: stage.environment, stageIds: [stage.id] }) : undefined,
  ])
  return { choices, taken, older: older?.get(stage.id) ?? [] }
}

/** More are found by typing a part of the name. */
const mostChoices = 200

/** Variables that a form offers: the first by name, and those that are taken already. */
export async function variableChoices(
  applicationId: string,
  { environment, taken = [] }: { environment?: Environment; taken?: readonly string[] } = {},
): Promise<VariableChoice[]> {
  const where = { applicationId, ...(environment ? { environment } : {}) }
  const [first, own] = await Promise.all([
    db.variable.findMany({ where, orderBy: { name: 'asc' }, take: mostChoices }),
    db.variable.findMany({ where: { ...where, name: { in: [...taken] } } }),
  ])
  const rows = [...own.filter((one) => !first.some(({ id }) => id === one.id)), ...first]
  return rows.map(({ environment, name, secretId, version }) => ({ environment, name, secret: secretId !== null, version }))
}
