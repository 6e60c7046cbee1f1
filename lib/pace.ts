import { env } from '@/lib/env'

/** Every duration of the product in milliseconds (5-model 8). `TENGEN_PACE=10` makes all of them ten times shorter. */
const table = {
  heartbeat: 5_000,
  unknownAfter: 15_000,
  faultPatience: 60_000,
  /** A machine that came back has to be heard for so long before its fault is over. */
  heardSteadily: 60_000,
  diskTroubleHeld: 30_000,
  diskTroubleOver: 2 * 60_000,
  clockOffHeld: 60_000,
  unitsFailingHeld: 2 * 60_000,
  /** Signs that only keep new units away: how long they must be over. */
  warningOver: 5 * 60_000,
  flapWindow: 10 * 60_000,
  lease: 45_000,
  /** How much longer than the lease is waited: clocks run at different speeds, and a last kill takes its time. */
  leaseMargin: 5_000,
  ownerHeartbeat: 5_000,
  ownerLost: 20_000,
  relationSettle: 60_000,
  cancelGiveUp: 10 * 60_000,
  /** How long after its time is over the end of a command is waited for. */
  commandWord: 30_000,
  /** How long an agent may wait for what runs on its machine before it is replaced. */
  agentUpdate: 10 * 60_000,
  pauseLimit: 24 * 3_600_000,
  undecided: 72 * 3_600_000,
  carryOver: 24 * 3_600_000,
  secondConfirmation: 10 * 60_000,
  demoLink: 12 * 3_600_000,
  invitation: 7 * 24 * 3_600_000,
  setupLink: 24 * 3_600_000,
  /** A session that nobody uses ends after the first, any session after the second. */
  sessionIdle: 8 * 3_600_000,
  sessionLimit: 7 * 24 * 3_600_000,
  /** So often at most it is written down that a session was used. */
  sessionTouch: 60_000,
  /** Open streams ask so often whether their session still lives, should news of its end have been lost. */
  sessionRecheck: 30_000,
  /** So long it can be said that a provider's account is one's own. */
  pendingConnection: 15 * 60_000,
  /** So long a sign-in is good for what lib/auth/fresh.ts names. */
  freshSignIn: 15 * 60_000,
  outboxPoll: 1_000,
  /** So long at most a log of pods is followed before rights are asked again. */
  podFollow: 2 * 60_000,
  /** So long the end of a pod is listened to. */
  podTail: 2 * 60_000,
  sweep: 2_000,
  /** Sweeps that only heal what messages should have done, or are in no hurry. */
  slowSweep: 5_000,
  /** So long at most after it happened an event is sealed. */
  sealEvents: 1_000,
  askAgain: 10_000,
  askAgainRefused: 60_000,
  askAgainLimit: 30 * 60_000,
  lossWindow: 10 * 60_000,
  desiredNotAfter: 24 * 3_600_000,
  agentPoll: 30_000,
  outputLease: 15_000,
  terminalTicket: 30_000,
  terminalIdle: 15 * 60_000,
  terminalLimit: 4 * 3_600_000,
  fileSilence: 15_000,
  fileLimit: 30 * 60_000,
  /** A cluster that has not answered within this time has not answered. */
  clusterAnswer: 10_000,
  /** Where somebody waits for it: nor has one with which no connection comes about so soon, and after a silence nobody waits longer than the second. */
  clusterConnect: 4_000,
  clusterDoubted: 3_000,
  /** How long a cluster that failed several times is spared, at first and at most. */
  clusterRest: 2_000,
  clusterRestMost: 10_000,
  clusterProbe: 4_000,
  /** What a cluster measures of itself, and what it lets us do, is asked so often. */
  clusterUsage: 30_000,
  clusterCheck: 10 * 60_000,
  /** Its facts are written at most so often. */
  clusterFacts: 1_000,
  /** So long after an apply nothing is said of what others changed: the watches may be behind it. */
  outsideGrace: 3_000,
  /** Orders in a cluster are looked at at least so often; news gather for a moment, and a step is followed by the next. */
  orderPoll: 5_000,
  orderGather: 100,
  orderStep: 1_000,
  /** Pods that are gone stay listed so long. */
  gonePods: 3_600_000,
  /** Routes are asked from outside so often. */
  routeCheck: 60_000,
  /** So long a certificate is waited for that somebody is asked to issue. */
  routeIssue: 10 * 60_000,
  /** How long what may heal by itself in a rollout is waited for. */
  rolloutPatience: 30_000,
  /** Who leads is lost after so long without a word. */
  leaderLost: 5_000,
  /** So often events become notices, and what is due goes out. */
  notices: 1_000,
  /** More mails than a few to one person within this time go as one. */
  mailFlood: 10 * 60_000,
  /** The first pause before a mail, or a delivery to a webhook, is tried again; each further one is three times as long. */
  sendAgain: 10_000,
  sendAgainMost: 6 * 3_600_000,
  /** A receiver that has not answered within this time has not answered. */
  webhookAnswer: 10_000,
  /** What is left of copies is looked at so often. */
  tendCopies: 30_000,
} as const

export type Pace = keyof typeof table

/** Scaled duration in milliseconds, at least 1. */
export const pace = (name: Pace): number => Math.max(1, Math.round(table[name] / env().TENGEN_PACE))

/** Logs are kept this long; a number of days is not scaled. */
export const logsKeptDays = 90
