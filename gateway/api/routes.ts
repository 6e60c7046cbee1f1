import { agentRoutes } from './agents'
import { callbackRoutes } from './callbacks'
import { meRoutes } from './me'
import type { Route } from './route'

/** Every address of /api/v1, noun by noun. */
export const routes: readonly Route[] = [...meRoutes, ...agentRoutes, ...callbackRoutes]
