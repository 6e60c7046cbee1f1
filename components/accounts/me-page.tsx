'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFrame } from '@/components/frame/frame-context'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { type MakeOrganization, NewOrganizationDialog } from '@/components/members/new-organization-dialog'
import { Ago, Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { type Column, Table } from '@/components/ui/table'
import type { MeView, SessionView } from '@/lib/accounts/views'
import type { ArchivedOrganization } from '@/lib/organizations/views'
import type { Act } from '@/lib/views'
import { MeTabs } from './me-tabs'

interface Props {
  me: MeView
  /** Organisations that oneself owned. */
  archived: ArchivedOrganization[]
  actions: {
    restore: Act<{ organization: string }>
    end: Act<{ id: string }>
    endOthers: Act<Record<string, never>>
    signOut: () => Promise<void>
    createOrganization: MakeOrganization
  }
}

function useDeviceWords() {
  const t = useTranslations()
  return ({ browser, system }: Pick<SessionView, 'browser' | 'system'>) =>
    browser && system ? t('me.device', { browser, system }) : (browser ?? system ?? t('me.unknownDevice'))
}

/** Oneself: where one is signed in, and how to end that. */
export function MePage({ me, archived, actions }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const deviceWords = useDeviceWords()
  const isMemberOfNothing = useFrame()?.frame.organizations.length === 0
  const { busy, error, run } = useAct()
  const [isMaking, setMaking] = useState(false)
  const end = async (act: () => ReturnType<Act<never>>) => {
    await run(act)
    router.refresh()
  }
  const columns: Column<SessionView>[] = [
    {
      key: 'device',
      head: t('me.where'),
      className: 'name',
      cell: (one) => (
        <span className="row">
          {deviceWords(one)} {one.isCurrent ? <span className="tag">{t('me.thisOne')}</span> : null}
        </span>
      ),
    },
    { key: 'address', head: t('machines.address'), wide: true, cell: (one) => <span className="mono t2">{one.address ?? '–'}</span> },
    {
      key: 'by',
      head: t('me.by'),
      wide: true,
      cell: (one) => <span className="t2">{one.provider === 'setup' ? t('me.setup') : (one.provider ?? t('me.demo'))}</span>,
    },
    { key: 'signedIn', head: t('me.signedIn'), wide: true, right: true, cell: (one) => <Ago at={one.signedInAt} className="t3 num" /> },
    { key: 'used', head: t('me.lastUsed'), right: true, cell: (one) => <Ago at={one.lastUsedAt} className="t3 num" /> },
    { key: 'ends', head: t('me.endsUnused'), wide: true, right: true, cell: (one) => <Until at={one.expires} /> },
    {
      key: 'end',
      head: '',
      right: true,
      cell: (one) => (
        <Button
          size="sm"
          busy={busy}
          onClick={() => (one.isCurrent ? void actions.signOut() : void end(() => actions.end({ id: one.id })))}
        >
          {t('accounts.signOut')}
        </Button>
      ),
    },
  ]
  return (
    <Page crumb={[{ label: t('me.title') }]}>
      <PageHead
        title={t('me.title')}
        sub={`${me.name}, ${me.email}`}
        acts={
          <Button icon="plus" {...(isMemberOfNothing ? { tone: 'primary' as const } : {})} onClick={() => setMaking(true)}>
            {t('members.newOrganization')}
          </Button>
        }
      />
      <MeTabs current="sessions" />
      {isMemberOfNothing ? (
        <div className="mb-5">
          <Notice tone="none" shape="ring" title={t('accounts.noOrganization', { name: me.name })}>
            {t('accounts.noOrganizationHelp')}
          </Notice>
        </div>
      ) : null}
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={failure(error)} />
        </div>
      ) : null}
      <Section
        first
        title={t('me.sessions')}
        hint={t('me.sessionsHint')}
        end={
          me.sessions.length > 1 ? (
            <Button size="sm" busy={busy} onClick={() => void end(() => actions.endOthers({}))}>
              {t('me.endOthers')}
            </Button>
          ) : null
        }
      >
        <Table
          label={t('me.sessions')}
          rows={me.sessions}
          findBy={deviceWords}
          keyOf={(one) => one.id}
          nameOf={deviceWords}
          columns={columns}
        />
      </Section>
      {archived.length > 0 ? (
        <Section title={t('organizations.archived')} hint={t('organizations.archivedHint')}>
          <Table
            label={t('organizations.archived')}
            rows={archived}
            keyOf={(one) => one.slug}
            nameOf={(one) => one.name}
            columns={[
              { key: 'name', head: t('services.name'), className: 'name', cell: (one) => one.name },
              {
                key: 'at',
                head: t('services.since'),
                wide: true,
                right: true,
                cell: (one) => <Ago at={one.archivedAt} className="t3 num" />,
              },
              {
                key: 'act',
                head: '',
                right: true,
                cell: ({ slug }) => (
                  <Button size="sm" busy={busy} onClick={() => void end(() => actions.restore({ organization: slug }))}>
                    {t('applications.restore')}
                  </Button>
                ),
              },
            ]}
          />
        </Section>
      ) : null}
      {isMaking ? <NewOrganizationDialog make={actions.createOrganization} close={() => setMaking(false)} /> : null}
    </Page>
  )
}
