import { agentRoutes } from './agents'
import { callbackRoutes } from './callbacks'
import { deployRoutes } from './deploys'
import { ledgerRoutes } from './ledger'
import { machineRoutes } from './machines'
import { meRoutes } from './me'
import { organizationRoutes } from './organizations'
import { packageRoutes } from './packages'
import type { Route } from './route'
import { serviceRoutes } from './services'

/** Every address of /api/v1, noun by noun. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...organizationRoutes,
  ...serviceRoutes,
  ...deployRoutes,
  ...packageRoutes,
  ...machineRoutes,
  ...ledgerRoutes,
  ...agentRoutes,
  ...callbackRoutes,
]
