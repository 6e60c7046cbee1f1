'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { LimitDialog } from '@/components/quotas/limit-dialog'
import { useAmountWords } from '@/components/quotas/use-amount-words'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { FilterBar } from '@/components/ui/filter-bar'
import { FilteredOut } from '@/components/ui/filtered-out'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { type Column, Pager, Table } from '@/components/ui/table'
import { useUrlState } from '@/components/ui/use-url-state'
import { Void } from '@/components/ui/void'
import { type OrganizationRow, type OrganizationRows, organizationFilters } from '@/lib/organizations/views'
import type { Amounts } from '@/lib/quotas/amount-views'
import type { Act } from '@/lib/views'
import { PowersDialog, type SetPowers } from './powers-dialog'

export interface OrganizationsActions {
  appoint: Act<{ organization: string; email: string }>
  restore: Act<{ organization: string }>
  setPowers: SetPowers
  limit: Act<{ organization: string; amounts: Amounts }>
}

interface RowActs {
  appoint: (one: OrganizationRow) => void
  restore: (slug: string) => void
  limit: (one: OrganizationRow) => void
}

function useColumns(busy: boolean, { appoint, restore, limit }: RowActs): Column<OrganizationRow>[] {
  const t = useTranslations()
  const words = useAmountWords()
  const count = (key: 'members' | 'applications' | 'services'): Column<OrganizationRow> => ({
    key,
    head: t(key === 'members' ? 'nav.members' : key === 'applications' ? 'applications.title' : 'nav.services'),
    wide: true,
    right: true,
    cell: (one) => <span className="num">{one[key]}</span>,
  })
  return [
    {
      key: 'name',
      head: t('services.name'),
      className: 'name whitespace-normal',
      cell: (one) => (
        <span className="row">
          {one.name}
          {one.archivedAt ? <span className="tag">{t('organizations.isArchived')}</span> : null}
          {one.powers.length > 0 ? <span className="tag">{t('organizations.powersCount', { count: one.powers.length })}</span> : null}
        </span>
      ),
    },
    { key: 'slug', head: t('machines.address'), wide: true, cell: (one) => <span className="mono t2">{one.slug}</span> },
    {
      key: 'owners',
      head: t('organizations.owners'),
      className: 'whitespace-normal',
      cell: (one) => (
        <span className="t2">
          {one.owners.map(({ name, isBlocked }) => (isBlocked ? t('organizations.blockedOwner', { name }) : name)).join(', ') ||
            t('organizations.nobody')}
        </span>
      ),
    },
    count('members'),
    count('applications'),
    count('services'),
    {
      key: 'quota',
      head: t('quotas.head'),
      wide: true,
      className: 'whitespace-normal',
      cell: (one) => <span className="t2">{one.quota ? words.list(one.quota) : t('quotas.noLimit')}</span>,
    },
    { key: 'since', head: t('services.since'), wide: true, right: true, cell: (one) => <Ago at={one.createdAt} className="t3 num" /> },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (one) =>
        one.archivedAt ? (
          <Button size="sm" busy={busy} onClick={() => restore(one.slug)}>
            {t('applications.restore')}
          </Button>
        ) : (
          <span className="row justify-end">
            {one.gates.appoint.allowed ? (
              <Button size="sm" onClick={() => appoint(one)}>
                {t('organizations.appointShort')}
              </Button>
            ) : null}
            <Button size="sm" onClick={() => limit(one)}>
              {t('quotas.limit')}
            </Button>
          </span>
        ),
    },
  ]
}

/** Whose services run here; where nobody owns one any more, and what was archived. */
export function OrganizationsPage({ list, actions }: { list: OrganizationRows; actions: OrganizationsActions }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const url = useUrlState()
  const [asked, ask] = useState<OrganizationRow | null>(null)
  const [empowered, empower] = useState<OrganizationRow | null>(null)
  const [limited, limit] = useState<OrganizationRow | null>(null)
  const { busy, error, run } = useAct()
  const restore = async (organization: string) => {
    await run(() => actions.restore({ organization }))
    router.refresh()
  }
  const columns = useColumns(busy, { appoint: ask, restore: (slug) => void restore(slug), limit })
  const isFiltered = url.get('q') !== '' || url.get('state') !== ''
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.organizations') }]}>
      <PageHead title={t('nav.organizations')} sub={t('organizations.sub')} />
      <FilterBar
        placeholder={t('organizations.filter')}
        filters={[
          {
            key: 'state',
            label: t('users.show'),
            options: organizationFilters.map((value) => ({ value, label: t(`organizations.filterBy.${value}`) })),
          },
        ]}
      />
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={failure(error)} />
        </div>
      ) : null}
      {list.items.length > 0 ? (
        <>
          <Table
            label={t('nav.organizations')}
            rows={list.items}
            keyOf={(one) => one.slug}
            nameOf={(one) => one.name}
            columns={columns}
            menuOf={(one) => [
              [
                {
                  key: 'powers',
                  label: t('organizations.powers'),
                  why: one.archivedAt ? t('organizations.isArchived') : undefined,
                  onSelect: () => empower(one),
                },
              ],
            ]}
          />
          <Pager next={list.next} previous={list.previous}>
            {t('ui.rowsShown', { count: list.items.length })}
          </Pager>
        </>
      ) : isFiltered ? (
        <FilteredOut names={{ q: t('ui.search'), state: t('users.show') }} />
      ) : (
        <Void kind="none-yet" title={t('organizations.none')}>
          {t('organizations.noneHelp')}
        </Void>
      )}
      {empowered ? (
        <PowersDialog key={empowered.slug} organization={empowered} setPowers={actions.setPowers} close={() => empower(null)} />
      ) : null}
      {limited ? (
        <LimitDialog
          name={limited.name}
          quota={limited.quota}
          limit={(amounts) => actions.limit({ organization: limited.slug, amounts })}
          close={() => limit(null)}
        />
      ) : null}
      {asked ? <AppointDialog organization={asked} appoint={actions.appoint} close={() => ask(null)} /> : null}
    </Page>
  )
}

interface AppointProps {
  organization: OrganizationRow
  appoint: OrganizationsActions['appoint']
  close: () => void
}

function AppointDialog({ organization, appoint, close }: AppointProps) {
  const t = useTranslations()
  const [email, setEmail] = useState('')
  const acting = useAct()
  const bad = acting.error?.fields?.email ? t('organizations.nobodyHere') : undefined
  return (
    <ActDialog
      title={t('organizations.appointOf', { name: organization.name })}
      verb={t('organizations.appoint')}
      why={email.trim() ? undefined : t('members.chooseFirst')}
      acting={acting}
      act={() => appoint({ organization: organization.slug, email: email.trim() })}
      close={close}
      toldElsewhere={(code) => code === 'invalid'}
    >
      <p className="t2 mb-3">{t('organizations.appointHelp')}</p>
      <Field id="owner-email" label={t('users.email')} error={bad}>
        <Input
          id="owner-email"
          type="email"
          bad={bad !== undefined}
          aria-describedby={describedBy('owner-email', bad, false)}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
    </ActDialog>
  )
}
