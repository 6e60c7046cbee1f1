'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Select } from '@/components/ui/select'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import type { MembersView, MemberView } from '@/lib/members/views'
import type { RoleName } from '@/lib/organizations/views'

interface Props {
  view: MembersView
  busy: boolean
  change: (id: string, role: RoleName) => void
  remove: (one: MemberView) => void
}

/** So few are seen at once. */
const few = 20

function useColumns({ view, busy, change, remove }: Props): Column<MemberView>[] {
  const t = useTranslations()
  const refusal = useRefusal()
  return [
    {
      key: 'name',
      head: t('users.name'),
      className: 'name',
      cell: (one) => (
        <span className="row">
          {one.name} {one.isYou ? <span className="tag">{t('accounts.thisIsYou')}</span> : null}
          {one.isBlocked ? <span className="tag">{t('accounts.isBlocked')}</span> : null}
        </span>
      ),
    },
    { key: 'email', head: t('users.email'), wide: true, cell: (one) => <span className="t2">{one.email}</span> },
    {
      key: 'role',
      head: t('members.role'),
      cell: (one) =>
        // One's own by leaving or giving away only: nobody takes their rights from themselves by a slip.
        one.gates.change.allowed && !one.isYou ? (
          <Select
            id={`role-${one.id}`}
            label={t('members.roleOf', { name: one.name })}
            value={one.role}
            onChange={(role) => change(one.id, role as RoleName)}
            options={view.roles
              .filter((role) => role !== 'owner' || one.application === null)
              .map((role) => ({ value: role, label: t(`users.role.${role}`) }))}
          />
        ) : (
          <span title={refusal(one.gates.change)}>{t(`users.role.${one.role}`)}</span>
        ),
    },
    {
      key: 'where',
      head: t('members.where'),
      wide: true,
      cell: (one) => <span className="t2">{one.application?.name ?? t('members.whole')}</span>,
    },
    { key: 'since', head: t('services.since'), wide: true, right: true, cell: (one) => <Ago at={one.since} className="t3 num" /> },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (one) => (
        <Button size="sm" busy={busy} why={refusal(one.gates.remove)} onClick={() => remove(one)}>
          {t(one.isYou ? 'members.leave' : 'members.remove')}
        </Button>
      ),
    },
  ]
}

/** Who belongs to it; of many, those whose name or e-mail is typed. */
export function MemberTable(props: Props) {
  const t = useTranslations()
  const { items, next, previous } = props.view
  const columns = useColumns(props)
  const isFiltered = useUrlState().get('q') !== ''
  const isPaged = next !== null || previous !== null
  return (
    <>
      {items.length > few || isPaged || isFiltered ? <FilterBar placeholder={t('users.filter')} /> : null}
      {items.length > 0 ? (
        <Table label={t('nav.members')} rows={items} keyOf={(one) => one.id} nameOf={(one) => one.name} columns={columns} />
      ) : (
        <FilteredOut names={{ q: t('ui.search') }} />
      )}
      {isPaged ? (
        <Pager next={next} previous={previous}>
          {t('ui.rowsShown', { count: items.length })}
        </Pager>
      ) : null}
    </>
  )
}
