import { endBlocked } from '@/lib/accounts/end-blocked'
import { sealEvents } from '@/lib/audit/seal-events'
import { partClusters } from '@/lib/clusters/part-cluster'
import { tendCopies } from '@/lib/copies/tend-copies'
import { catchUpClusters } from '@/lib/deploys/catch-up-clusters'
import { drainMachines } from '@/lib/deploys/drain-machines'
import { endOverdue } from '@/lib/deploys/end-overdue'
import { failOver } from '@/lib/deploys/fail-over'
import { repairStages } from '@/lib/deploys/repair-stages'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { tellAgain } from '@/lib/deploys/tell-again'
import { tellClusters } from '@/lib/deploys/tell-clusters'
import { endTransfers } from '@/lib/files/end-transfers'
import { tendJournal } from '@/lib/logs/tend-journal'
import { remindExpiry } from '@/lib/machines/remind-expiry'
import { watchLosses } from '@/lib/machines/watch-losses'
import { watchMachines } from '@/lib/machines/watch-machines'
import { makeNotices } from '@/lib/notices/make-notices'
import { sendDeliveries } from '@/lib/notices/send-deliveries'
import { sendMails } from '@/lib/notices/send-mails'
import { tendNotices } from '@/lib/notices/tend-notices'
import { tendOutput } from '@/lib/output/tend-output'
import { pace } from '@/lib/pace'
import { clearOutbox } from '@/lib/queue/dispatch-outbox'
import { carryOutRoutes } from '@/lib/routes/carry-out-route'
import { checkRoutes } from '@/lib/routes/check-routes'
import { remindCertificates } from '@/lib/routes/remind-certificates'
import { tendSamples } from '@/lib/samples/tend-samples'
import { endTerminals } from '@/lib/terminals/end-terminals'

export interface Sweep {
  readonly name: string
  readonly everyMs: () => number
  /** Takes no input: looks at rows and acts, a bounded number a look. */
  readonly look: () => Promise<unknown>
}

/** The watchman's rounds. Each runs in one worker at a time; one that fails is looked at again on its next round. */
export const sweeps: readonly Sweep[] = [
  { name: 'stir-deploys', everyMs: () => pace('slowSweep'), look: () => stirDeploys() },
  { name: 'end-overdue', everyMs: () => pace('slowSweep'), look: () => endOverdue() },
  { name: 'end-blocked', everyMs: () => pace('slowSweep'), look: () => endBlocked() },
  { name: 'watch-machines', everyMs: () => pace('sweep'), look: () => watchMachines() },
  // In this order, so that many lost at once are seen before the first of them is acted on.
  { name: 'fail-over', everyMs: () => pace('sweep'), look: async () => (await watchLosses()) + (await failOver()) },
  { name: 'seal-events', everyMs: () => pace('sealEvents'), look: () => sealEvents() },
  { name: 'make-notices', everyMs: () => pace('notices'), look: () => makeNotices() },
  { name: 'send-mails', everyMs: () => pace('notices'), look: () => sendMails() },
  { name: 'send-deliveries', everyMs: () => pace('notices'), look: () => sendDeliveries() },
  { name: 'repair', everyMs: () => pace('slowSweep'), look: () => repairStages() },
  { name: 'tell-again', everyMs: () => pace('askAgain'), look: () => tellAgain() },
  { name: 'tell-clusters', everyMs: () => pace('askAgain'), look: () => tellClusters() },
  { name: 'catch-up', everyMs: () => pace('slowSweep'), look: () => catchUpClusters() },
  { name: 'part', everyMs: () => pace('slowSweep'), look: () => partClusters() },
  { name: 'drain', everyMs: () => pace('slowSweep'), look: () => drainMachines() },
  { name: 'remind-expiry', everyMs: () => 10 * 60_000, look: () => remindExpiry() },
  { name: 'remind-certificates', everyMs: () => 10 * 60_000, look: () => remindCertificates() },
  { name: 'carry-out-routes', everyMs: () => pace('sweep'), look: () => carryOutRoutes() },
  { name: 'check-routes', everyMs: () => pace('sweep'), look: () => checkRoutes() },
  { name: 'clear-outbox', everyMs: () => 10 * 60_000, look: () => clearOutbox() },
  { name: 'end-terminals', everyMs: () => pace('heartbeat'), look: () => endTerminals() },
  { name: 'end-transfers', everyMs: () => pace('fileLimit') / 10, look: () => endTransfers() },
  { name: 'tend-copies', everyMs: () => pace('tendCopies'), look: () => tendCopies() },
  { name: 'tend-output', everyMs: () => 60 * 60_000, look: () => tendOutput() },
  { name: 'tend-samples', everyMs: () => 10 * 60_000, look: () => tendSamples() },
  { name: 'tend-notices', everyMs: () => 60 * 60_000, look: () => tendNotices() },
  { name: 'tend-journal', everyMs: () => 60 * 60_000, look: () => tendJournal() },
]
