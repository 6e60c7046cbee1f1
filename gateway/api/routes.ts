import { agentUpdateRoutes } from './agent-updates'
import { agentRoutes } from './agents'
import { auditRoutes } from './audit'
import { callbackRoutes } from './callbacks'
import { changeRoutes } from './changes'
import { clusterRoutes } from './clusters'
import { commandRoutes } from './commands'
import { copyRoutes } from './copies'
import { deployRoutes } from './deploys'
import { fileRoutes } from './files'
import { groupRoutes } from './groups'
import { joinRoutes } from './join-tokens'
import { ledgerRoutes } from './ledger'
import { machineRoutes } from './machines'
import { meRoutes } from './me'
import { memberRoutes } from './members'
import { noticeRoutes } from './notices'
import { organizationRoutes } from './organizations'
import { outputRoutes } from './output'
import { packageRoutes } from './packages'
import { policyRoutes } from './policies'
import { poolRoutes } from './pools'
import { programRoutes } from './programs'
import { quotaRoutes } from './quotas'
import { registryRoutes } from './registries'
import { relationRoutes } from './relations'
import type { Route } from './route'
import { hostRoutes } from './routes-of-hosts'
import { serviceRoutes } from './services'
import { signInRoutes } from './sign-in'
import { terminalRoutes } from './terminals'
import { tokenRoutes } from './tokens'
import { userRoutes } from './users'
import { variableRoutes } from './variables'

/** Every address of /api/v1, noun by noun. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...tokenRoutes,
  ...auditRoutes,
  ...organizationRoutes,
  ...memberRoutes,
  ...policyRoutes,
  ...noticeRoutes,
  ...serviceRoutes,
  ...changeRoutes,
  ...relationRoutes,
  ...hostRoutes,
  ...groupRoutes,
  ...variableRoutes,
  ...registryRoutes,
  ...outputRoutes,
  ...terminalRoutes,
  ...fileRoutes,
  ...deployRoutes,
  ...commandRoutes,
  ...packageRoutes,
  ...programRoutes,
  ...userRoutes,
  ...signInRoutes,
  ...machineRoutes,
  ...poolRoutes,
  ...clusterRoutes,
  ...quotaRoutes,
  ...joinRoutes,
  ...agentUpdateRoutes,
  ...ledgerRoutes,
  ...agentRoutes,
  ...copyRoutes,
  ...callbackRoutes,
]
