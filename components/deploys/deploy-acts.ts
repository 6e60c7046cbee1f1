import type { PlanPreview } from '@/lib/deploys/views'
import type { Act } from '@/lib/views'

/** Changes of a record that follow it as records of their own, each with a plan to look at first. */
export type FollowUp = 'retry' | 'roll_back' | 'cancel_and_roll_back' | 'accept'

/** Server actions of the deploy page; pages hand them in. */
export interface DeployActions {
  approve: Act<{ recordId: string; planHash: string }>
  reject: Act<{ recordId: string; planHash: string; reason: string }>
  withdraw: Act<{ recordId: string }>
  override: Act<{ recordId: string; planHash: string; reason: string }>
  pause: Act<{ recordId: string }>
  resume: Act<{ recordId: string }>
  cancel: Act<{ recordId: string }>
  giveUp: Act<{ recordId: string }>
  comment: Act<{ recordId: string; text: string }, { id: string }>
  previewFollowUp: Act<{ recordId: string; follow: FollowUp }, PlanPreview>
  requestFollowUp: Act<{ recordId: string; follow: FollowUp; reason: string; expectedHash: string }, { number: number }>
}
