import type pg from 'pg'

/** Events that tell no before and after, by the reason why there is none. `*` stands for any word. */
const withoutChange: Readonly<Record<string, readonly string[]>> = {
  'Something came to be, and the event says what': [
    '*.created',
    '*.added',
    '*.made',
    '*.requested',
    '*.published',
    '*.ask',
    'machine.join',
    'cluster.added',
    'cluster.namespace_made',
    'service.offered',
    'service.stage_added',
    'service.external_added',
    'organization.application_created',
    'runtime.join_token_made',
    'user.account_connected',
  ],
  'Something is gone, and the event says what': [
    '*.removed',
    '*.revoked',
    '*.forgotten',
    'member.left',
    'invitation.revoked',
    'service.external_removed',
  ],
  'Somebody decided beside others, and the event says what': ['deploy.approval_*', 'deploy.commented', 'deploy.override_reviewed'],
  'Something was done, and nothing that is kept is another': [
    'access.refused',
    'file.*',
    'terminal.*',
    'pod.deleted',
    'user.signed_*',
    'user.sessions_ended',
    'webhook.redelivered',
    'machine.init_begun',
  ],
  'Nobody may read it, before or after': ['cluster.token_rotated'],
  'Tests of the journal write it': ['a.b'],
  'It is what was seen, not what was changed': [
    'machine.connected',
    'service.changed_outside',
    'machine.reconciled',
    'machine.stranger_found',
    'machine.init_failed',
    'machine.maintenance_overdue',
    'machine.expires_soon',
    'machine.warned',
    'machine.warning_over',
    'route.certificate_expires_soon',
  ],
}

const patterns = Object.values(withoutChange)
  .flat()
  .map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '\\w+')}$`))

/** Whoever changes something says in its event what it was and what it is: the audit shows that. */
export async function insistTold(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct name from journal.event
     where actor_id is distinct from 'test' and not (data ? 'before' and data ? 'after') and not (data ? 'from' and data ? 'to')`,
  )
  const silent = rows.map((row) => row.name).filter((name) => !patterns.some((pattern) => pattern.test(name)))
  if (silent.length > 0)
    throw new Error(
      `Events that do not tell before and after (lib/testing/told-changes.ts says which need not): ${silent.sort().join(', ')}`,
    )
}
