import type { NewServiceView } from '@/lib/services/new-service-views'
import type { VariableChoice } from '@/lib/variables/views'

/** The application's variables of the environment in which it is to run. */
export const variablesIn = ({ variables, runtimes }: NewServiceView, runtimeId: string): VariableChoice[] => {
  const environment = runtimes.find((one) => one.id === runtimeId)?.environment
  return variables.filter((one) => one.environment === environment)
}

/** One that only the other environment has is let go of; one that is not among the choices was found by its name. */
export function mayTake(view: NewServiceView, runtimeId: string, name: string): boolean {
  const isThere = variablesIn(view, runtimeId).some((one) => one.name === name)
  return isThere || !view.variables.some((one) => one.name === name)
}
