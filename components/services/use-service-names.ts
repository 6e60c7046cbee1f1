'use client'

import type { ServiceView } from '@/lib/services/views'
import { useNewService } from './use-new-service'

/** The other services of the application. */
export const useServiceNames = (service: ServiceView): string[] =>
  (useNewService(service)?.takenNames ?? []).filter((one) => one !== service.name)
