import type { NewServiceView } from '@/lib/services/new-service-views'
import type { VariableChoice } from '@/lib/variables/views'

/** The application's variables of the environment in which it is to run. */
export const variablesIn = ({ variables, runtimes }: NewServiceView, runtimeId: string): VariableChoice[] => {
  const environment = runtimes.find((one) => one.id === runtimeId)?.environment
  return variables.filter((one) => one.environment === environment)
}
