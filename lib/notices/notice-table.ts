import type { MailWay, NoticeKind } from './views'

/** Who hears of it: what the row's `who` answers, but never whoever did it. */
export type Hearers = 'approvers' | 'requester' | 'deciders' | 'talkers' | 'owners' | 'admins' | 'operators' | 'named' | 'overrider'

interface Row {
  /** Names of events that it is made from. */
  readonly events: readonly string[]
  readonly who: readonly Hearers[]
  /** How it goes by mail unless somebody wants it otherwise. */
  readonly mail: MailWay
}

/** Event → who hears of it, in which words (`notices.say.<kind>`). */
export const noticeTable: Record<NoticeKind, Row> = {
  approval_asked: {
    events: ['deploy.plan_ready', 'deploy.approval_lost', 'deploy.policy_tightened', 'deploy.withdraw_approval'],
    who: ['approvers'],
    mail: 'at_once',
  },
  deploy_approved: { events: ['deploy.approve', 'deploy.policy_loosened'], who: ['requester'], mail: 'off' },
  deploy_rejected: { events: ['deploy.approval_refused'], who: ['requester'], mail: 'at_once' },
  deploy_overridden: { events: ['deploy.approval_overridden'], who: ['owners', 'requester'], mail: 'at_once' },
  override_reviewed: { events: ['deploy.override_reviewed'], who: ['overrider'], mail: 'off' },
  deploy_failed: { events: ['deploy.tasks_ended_badly', 'deploy.give_up'], who: ['requester', 'deciders'], mail: 'at_once' },
  deploy_expired: { events: ['deploy.expire'], who: ['requester'], mail: 'at_once' },
  deploy_succeeded: { events: ['deploy.tasks_ended_well'], who: ['requester'], mail: 'off' },
  deploy_commented: { events: ['deploy.commented'], who: ['requester', 'deciders', 'talkers'], mail: 'hourly' },
  changed_outside: { events: ['service.changed_outside'], who: ['admins'], mail: 'hourly' },
  certificate_ends: { events: ['route.certificate_expires_soon'], who: ['admins'], mail: 'at_once' },
  policy_changed: { events: ['policy.changed', 'policy.standing_changed'], who: ['owners'], mail: 'at_once' },
  role_asked: { events: ['role.ask'], who: ['admins'], mail: 'at_once' },
  role_decided: { events: ['role.grant', 'role.refuse', 'member.role_changed', 'member.removed'], who: ['named'], mail: 'at_once' },
  quota_asked: { events: ['quota.ask'], who: ['operators'], mail: 'at_once' },
  quota_decided: { events: ['quota.approve', 'quota.refuse'], who: ['named'], mail: 'at_once' },
  webhook_disabled: { events: ['webhook.disabled'], who: ['admins'], mail: 'at_once' },
  machine_fault: { events: ['machine.report_fault'], who: ['operators'], mail: 'hourly' },
  init_failed: { events: ['machine.init_failed'], who: ['operators'], mail: 'hourly' },
  machine_ends: { events: ['machine.expires_soon'], who: ['operators'], mail: 'at_once' },
  maintenance_over: { events: ['machine.maintenance_overdue'], who: ['operators'], mail: 'at_once' },
  automation_rests: { events: ['runtime.automation_paused'], who: ['operators'], mail: 'at_once' },
  owner_appointed: { events: ['organization.owner_appointed'], who: ['admins', 'named'], mail: 'at_once' },
}

const byEvent = new Map(
  Object.entries(noticeTable).flatMap(([kind, { events }]) => events.map((event) => [event, kind as NoticeKind] as const)),
)

/** After these nobody is asked for an approval any more; most of them nobody hears of. */
const settling = [
  'deploy.approve',
  'deploy.override',
  'deploy.reject',
  'deploy.withdraw',
  'deploy.expire',
  'deploy.supersede',
  'deploy.requester_blocked',
]
export const settlesApproval = (event: string): boolean => settling.includes(event)

/** Every event that somebody hears of, or that is the end of what they heard. */
export const heardEvents: readonly string[] = [...new Set([...byEvent.keys(), ...settling])]
export const kindOf = (event: string): NoticeKind | undefined => byEvent.get(event)
