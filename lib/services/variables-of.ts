import { db } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import { olderVariables } from '@/lib/variables/older-variables'
import type { VariableChoice } from '@/lib/variables/views'
import type { ServiceView } from './views'

/** What a stage may take of its application's variables, what it takes, and what of it is newer than what runs. */
export async function variablesOf({ applicationId }: Service, stage: Stage, taken: string[]): Promise<ServiceView['variables']> {
  const [choices, older] = await Promise.all([
    variableChoices(applicationId),
    taken.length > 0 ? olderVariables({ applicationId, environment: stage.environment, stageIds: [stage.id] }) : undefined,
  ])
  return { choices: choices.filter((one) => one.environment === stage.environment), taken, older: older?.get(stage.id) ?? [] }
}

export async function variableChoices(applicationId: string): Promise<VariableChoice[]> {
  const rows = await db.variable.findMany({ where: { applicationId }, orderBy: { name: 'asc' } })
  return rows.map(({ environment, name, secretId, version }) => ({ environment, name, secret: secretId !== null, version }))
}
