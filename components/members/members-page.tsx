'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import type { InvitationView, MembersView } from '@/lib/members/views'
import type { RoleName } from '@/lib/organizations/views'
import type { Act, ActionResult } from '@/lib/views'
import type { ApplicationActions } from './application-dialog'
import { Applications } from './applications'
import { type AskedRole, type AskRoleAct, AskRoleDialog } from './ask-role-dialog'
import { type InviteAct, InviteDialog } from './invite-dialog'
import { MemberTable } from './member-table'
import { type OrganizationAct, OrganizationDialog } from './organization-dialog'
import { type RequestActions, RoleRequests } from './role-requests'

export interface MemberActions extends RequestActions, ApplicationActions {
  ask: AskRoleAct
  change: Act<{ organization: string; id: string; role: RoleName }>
  remove: Act<{ organization: string; id: string }>
  giveAway: Act<{ organization: string; userId: string }>
  invite: InviteAct
  revoke: Act<{ organization: string; id: string }>
  rename: Act<{ organization: string; name: string }>
  archive: Act<{ organization: string }>
}

const whereOf = (one: { application: { name: string } | null }, whole: string) => one.application?.name ?? whole

/** Who belongs to the organisation, as what, and who is invited. */
export function MembersPage({ view, actions }: { view: MembersView; actions: MemberActions }) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  const router = useRouter()
  const organization = view.organization.slug
  const [asked, ask] = useState<'invite' | OrganizationAct | null>(null)
  const url = useUrlState()
  const askable = view.askable.filter((role): role is AskedRole => role !== 'owner')
  // An address may open it: from where somebody was refused, with the role that has what they lack.
  const asking = askable.find((role) => role === url.get('ask')) ?? (url.get('ask') ? askable[0] : undefined)
  const { busy, error, run } = useAct()
  const act = async (what: () => Promise<ActionResult>) => {
    await run(what)
    router.refresh()
  }
  const table = (
    <MemberTable
      view={view}
      busy={busy}
      change={(id, role) => void act(() => actions.change({ organization, id, role }))}
      remove={({ id, name, isYou }) => ask({ what: 'remove', id, name, isYou })}
    />
  )
  return (
    <ListPage
      title={t('nav.members')}
      organizationSlug={organization}
      acts={
        <>
          <Menu
            align="end"
            trigger={<Button icon="more" label={t('ui.moreOf', { name: view.organization.name })} />}
            groups={[
              [{ key: 'rename', label: t('members.rename'), why: refusal(view.gates.rename), onSelect: () => ask({ what: 'rename' }) }],
              [
                { key: 'give', label: t('members.giveAway'), why: refusal(view.gates.giveAway), onSelect: () => ask({ what: 'giveAway' }) },
                {
                  key: 'archive',
                  label: t('members.archive'),
                  danger: true,
                  why: refusal(view.gates.archive),
                  onSelect: () => ask({ what: 'archive' }),
                },
              ],
            ]}
          />
          {askable[0] ? <Button onClick={() => url.set({ ask: askable[0] ?? null })}>{t('members.askTitle')}</Button> : null}
          <Button tone="primary" icon="plus" why={refusal(view.gates.invite)} onClick={() => ask('invite')}>
            {t('members.invite')}
          </Button>
        </>
      }
    >
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={failure(error)}>
            {error.message}
          </Notice>
        </div>
      ) : null}
      {view.requests.length > 0 ? (
        <>
          <RoleRequests organization={organization} items={view.requests} actions={actions} busy={busy} act={(what) => void act(what)} />
          <Section title={t('nav.members')}>{table}</Section>
        </>
      ) : (
        table
      )}
      {view.invitations.length > 0 ? (
        <Invitations items={view.invitations} busy={busy} revoke={(id) => void act(() => actions.revoke({ organization, id }))} />
      ) : null}
      <Applications view={view} actions={actions} />
      {asking ? <AskRoleDialog view={view} role={asking} ask={actions.ask} close={() => url.set({ ask: null })} /> : null}
      {asked === 'invite' ? <InviteDialog view={view} invite={actions.invite} close={() => ask(null)} /> : null}
      {asked && asked !== 'invite' ? <OrganizationDialog asked={asked} view={view} actions={actions} close={() => ask(null)} /> : null}
    </ListPage>
  )
}

function Invitations({ items, busy, revoke }: { items: InvitationView[]; busy: boolean; revoke: (id: string) => void }) {
  const t = useTranslations()
  return (
    <Section title={t('members.invitations')} hint={t('members.invitationsHint')}>
      <Table
        label={t('members.invitations')}
        rows={items}
        findBy={(one) => `${one.email ?? ''} ${one.by.name}`}
        keyOf={(one) => one.id}
        columns={[
          { key: 'for', head: t('members.for'), className: 'name', cell: (one) => one.email ?? t('members.anybody') },
          { key: 'role', head: t('members.role'), cell: (one) => t(`users.role.${one.role}`) },
          { key: 'where', head: t('members.where'), wide: true, cell: (one) => whereOf(one, t('members.whole')) },
          { key: 'by', head: t('members.by'), wide: true, cell: (one) => one.by.name },
          { key: 'ends', head: t('members.endsIn'), wide: true, right: true, cell: (one) => <Until at={one.expires} /> },
          {
            key: 'act',
            head: '',
            right: true,
            cell: (one) => (
              <Button size="sm" busy={busy} onClick={() => revoke(one.id)}>
                {t('members.revoke')}
              </Button>
            ),
          },
        ]}
      />
    </Section>
  )
}
