import { advanceDeploy } from '@/lib/deploys/advance-deploy'
import { planRecord } from '@/lib/deploys/plan-record'
import { relateStage } from '@/lib/deploys/relate-stage'
import { rollBackFailed } from '@/lib/deploys/roll-back-deploy'
import { runTasks } from '@/lib/deploys/run-tasks'
import { stopTasks } from '@/lib/deploys/stop-tasks'
import type { JobName, JobPayload } from '@/lib/queue/jobs'
import { carryOutRoute } from '@/lib/routes/carry-out-route'

export interface Hand {
  readonly workerId: string
  readonly signal: AbortSignal
}

type Processors = { readonly [N in JobName]: (payload: JobPayload<N>, hand: Hand) => Promise<void> }

/** Job → use case. A job carries ids only; whatever else it needs is in the rows. */
export const processors: Processors = {
  'deploy.plan': (payload) => planRecord(payload),
  'deploy.advance': (payload) => advanceDeploy(payload),
  'deploy.run-tasks': (payload, { workerId, signal }) => runTasks(payload, workerId, signal),
  'deploy.stop-tasks': (payload) => stopTasks(payload),
  'deploy.roll-back': (payload) => rollBackFailed(payload),
  'route.carry-out': (payload) => carryOutRoute(payload),
  'relation.tell': (payload) => relateStage(payload),
}
