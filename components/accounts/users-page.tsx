'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { type Column, Pager, Table } from '@/components/ui/table'
import { type UserList, type UserView, userFilters } from '@/lib/accounts/views'
import { type BlockActions, BlockDialog } from './block-dialog'

function Standing({ user }: { user: UserView }) {
  const t = useTranslations()
  if (!user.blocked) return <Status noun="user" state="active" />
  const { at, by, reason } = user.blocked
  return (
    <span className="row">
      <Status noun="user" state="blocked" />
      <span className="t2 only-l-i">
        {t('users.blockedBy', { name: by?.name ?? '–', reason })} <Ago at={at} as="ago" className="t3" />
      </span>
    </span>
  )
}

function useColumns(ask: (user: UserView) => void): Column<UserView>[] {
  const t = useTranslations()
  const refusal = useRefusal()
  return [
    {
      key: 'name',
      head: t('users.name'),
      className: 'name',
      cell: (one) => (
        <span className="row">
          {one.name}
          {one.isOperator ? <span className="tag">{t('users.operator')}</span> : null}
          {one.isReviewer ? <span className="tag">{t('users.reviewer')}</span> : null}
        </span>
      ),
    },
    { key: 'email', head: t('users.email'), wide: true, cell: (one) => <span className="t2">{one.email}</span> },
    { key: 'state', head: t('services.state'), className: 'whitespace-normal', cell: (one) => <Standing user={one} /> },
    {
      key: 'organizations',
      head: t('users.organizations'),
      wide: true,
      cell: (one) => (
        <span className="t2">
          {one.organizations
            .map(
              ({ name, application, role }) =>
                `${application ? `${name} / ${application}` : name} (${t(`users.role.${role as 'viewer'}`)})`,
            )
            .join(', ') || '–'}
        </span>
      ),
    },
    { key: 'sessions', head: t('users.sessions'), wide: true, right: true, cell: (one) => <span className="num">{one.sessions}</span> },
    {
      key: 'last',
      head: t('users.lastSignIn'),
      wide: true,
      right: true,
      cell: (one) =>
        one.lastSignInAt ? <Ago at={one.lastSignInAt} className="t3 num" /> : <span className="t3">{t('machines.never')}</span>,
    },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (one) => (
        <Button size="sm" why={refusal(one.blocked ? one.gates.unblock : one.gates.block)} onClick={() => ask(one)}>
          {t(one.blocked ? 'users.unblock' : 'users.block')}
        </Button>
      ),
    },
  ]
}

/** Who there is, when they were here last, and who is kept out. */
export function UsersPage({ list, actions }: { list: UserList; actions: BlockActions }) {
  const t = useTranslations()
  const [asked, ask] = useState<UserView | null>(null)
  const columns = useColumns(ask)
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.users') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.users')} sub={t('users.sub', { blocked: list.blocked })} />
      <FilterBar
        placeholder={t('users.filter')}
        filters={[
          {
            key: 'state',
            label: t('users.show'),
            options: userFilters.map((value) => ({ value, label: t(`users.filterBy.${value}`) })),
          },
        ]}
      />
      {list.items.length > 0 ? (
        <>
          <Table label={t('nav.users')} rows={list.items} keyOf={(one) => one.id} nameOf={(one) => one.name} columns={columns} />
          <Pager next={list.next} previous={list.previous}>
            {t('ui.rowsShown', { count: list.items.length })}
          </Pager>
        </>
      ) : (
        <FilteredOut names={{ q: t('ui.search'), state: t('users.show') }} />
      )}
      {asked ? <BlockDialog key={asked.id} user={asked} actions={actions} close={() => ask(null)} /> : null}
    </Page>
  )
}
