import type { Role } from '@/lib/db/generated/enums'

/** Who may do something: roles of the organisation (or application), and the two platform roles. */
interface Rule {
  readonly roles: readonly Role[]
  readonly operator?: true
  readonly reviewer?: true
  /** The permission in words, for "why can I not?". */
  readonly says: string
}

const members: readonly Role[] = ['viewer', 'developer', 'admin', 'owner']
const makers: readonly Role[] = ['developer', 'admin', 'owner']
const admins: readonly Role[] = ['admin', 'owner']
const nobody: readonly Role[] = []

/** The table of 5-model 7. One line a permission; the printed matrix is a snapshot test. */
export const policy = {
  'organization.see': { roles: members, says: 'see this organisation' },
  'service.see': { roles: members, says: 'see services, deploys and logs' },
  'service.states': { roles: members, operator: true, says: 'see states of services' },
  'deploy.see': { roles: members, says: 'see deploys' },
  'log.see': { roles: members, says: 'read logs' },
  'output.see': { roles: members, says: 'read what units print' },
  'package.see': { roles: members, reviewer: true, operator: true, says: 'see packages' },
  'deploy.request': { roles: makers, says: 'request and retry deploys' },
  'deploy.cancel_own': { roles: makers, says: 'cancel one’s own deploys' },
  'deploy.comment': { roles: makers, says: 'comment on deploys' },
  'quota.ask': { roles: makers, says: 'ask for pools and quotas' },
  'package.publish': { roles: makers, says: 'publish private packages' },
  'terminal.test': { roles: makers, says: 'open terminals and run commands on units of test' },
  'file.test': { roles: makers, says: 'read and write files of units of test' },
  'token.own': { roles: makers, operator: true, reviewer: true, says: 'have tokens of one’s own' },
  'relation.set_test': { roles: makers, says: 'choose whom services of test talk to' },
  'secret.set_test': { roles: makers, says: 'set secrets and variables of test' },
  'deploy.approve': { roles: admins, says: 'approve, reject and withdraw approvals' },
  'deploy.cancel_any': { roles: admins, says: 'cancel any deploy, pause, resume and give up' },
  'deploy.accept': { roles: admins, says: 'accept held units' },
  'command.run': { roles: admins, says: 'run commands on units of a service at once' },
  'deploy.override': { roles: admins, says: 'override approvals in an emergency' },
  'terminal.production': { roles: admins, says: 'open terminals and run commands on units of production' },
  'file.production': { roles: admins, says: 'read and write files of units of production' },
  'recording.see': { roles: admins, says: 'see recordings of terminals' },
  'relation.set_production': { roles: admins, says: 'choose whom services of production talk to' },
  'secret.set_production': { roles: admins, says: 'set secrets and variables of production' },
  'package.suspend': { roles: admins, says: 'suspend or delete private package versions' },
  'organization.manage': { roles: admins, says: 'manage members, applications and policies' },
  'token.manage': { roles: admins, says: 'manage tokens of the organisation' },
  'audit.see': { roles: admins, says: 'read who did what' },
  'relation.offer': { roles: admins, says: 'offer services to other applications, and accept what they offer' },
  'organization.delete': { roles: ['owner'], says: 'delete the organisation or give it away' },
  'override.review': { roles: ['owner'], says: 'look at emergencies afterwards' },
  'package.review': { roles: nobody, reviewer: true, operator: true, says: 'review public packages' },
  'machine.see': { roles: nobody, operator: true, says: 'see machines, pools and clusters' },
  'machine.manage': { roles: nobody, operator: true, says: 'manage machines, pools and clusters' },
  'user.manage': { roles: nobody, operator: true, says: 'manage users, grants and the block list' },
  'platform.manage': { roles: nobody, operator: true, says: 'change the platform, end a restore' },
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof policy
