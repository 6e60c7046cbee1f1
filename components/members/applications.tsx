'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { RefusalHelp } from '@/components/frame/refusal-help'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { MembersView } from '@/lib/members/views'
import { paths } from '@/lib/paths'
import { type ApplicationActions, ApplicationDialog } from './application-dialog'

interface Props {
  view: MembersView
  actions: ApplicationActions
}

interface Named {
  slug: string
  name: string
}

/** What the organisation's services live in. */
export function Applications({ view, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const organization = view.organization.slug
  const [asked, ask] = useState<{ application?: Named } | null>(null)
  const [ending, end] = useState<Named | null>(null)
  return (
    <Section
      title={t('applications.title')}
      hint={t('applications.hint')}
      end={
        <Button size="sm" icon="plus" why={refusal(view.gates.makeApplication)} onClick={() => ask({})}>
          {t('applications.make')}
        </Button>
      }
    >
      <Table
        label={t('applications.title')}
        rows={view.applications}
        findBy={(one) => `${one.name} ${one.slug}`}
        keyOf={(one) => one.id}
        nameOf={(one) => one.name}
        columns={[
          {
            key: 'name',
            head: t('services.name'),
            className: 'name',
            cell: (one) => <Link href={paths.application(organization, one.slug)}>{one.name}</Link>,
          },
          { key: 'slug', head: t('machines.address'), wide: true, cell: (one) => <span className="mono t2">{one.slug}</span> },
          {
            key: 'act',
            head: '',
            right: true,
            cell: (one) => (
              <Menu
                align="end"
                trigger={<Button size="sm" icon="more" label={t('ui.moreOf', { name: one.name })} />}
                groups={[
                  [
                    {
                      key: 'rename',
                      label: t('members.rename'),
                      why: refusal(one.gates.rename),
                      onSelect: () => ask({ application: one }),
                    },
                  ],
                  [
                    {
                      key: 'archive',
                      label: t('members.archive'),
                      danger: true,
                      why: refusal(one.gates.archive),
                      onSelect: () => end(one),
                    },
                  ],
                ]}
              />
            ),
          },
        ]}
      />
      {view.archived.length > 0 ? <Archived view={view} actions={actions} /> : null}
      {asked ? <ApplicationDialog organization={organization} {...asked} actions={actions} close={() => ask(null)} /> : null}
      {ending ? <ArchiveDialog organization={organization} application={ending} actions={actions} close={() => end(null)} /> : null}
    </Section>
  )
}

/** Those that can be brought back. */
function Archived({ view, actions }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error, run } = useAct()
  const restore = async (application: string) => {
    await run(() => actions.restoreApplication({ organization: view.organization.slug, application }))
    router.refresh()
  }
  return (
    <div className="mt-5">
      {error ? (
        <Notice tone="red" role="alert" title={failure(error)}>
          <RefusalHelp error={error} />
        </Notice>
      ) : null}
      <Table
        label={t('applications.archived')}
        rows={view.archived}
        keyOf={(one) => one.id}
        nameOf={(one) => one.name}
        columns={[
          { key: 'name', head: t('applications.archived'), className: 'name', cell: (one) => one.name },
          { key: 'slug', head: t('machines.address'), wide: true, cell: (one) => <span className="mono t2">{one.slug}</span> },
          { key: 'at', head: t('services.since'), wide: true, right: true, cell: (one) => <Ago at={one.at} className="t3 num" /> },
          {
            key: 'act',
            head: '',
            right: true,
            cell: (one) => (
              <Button size="sm" busy={busy} onClick={() => void restore(one.slug)}>
                {t('applications.restore')}
              </Button>
            ),
          },
        ]}
      />
    </div>
  )
}

interface ArchiveProps {
  organization: string
  application: Named
  actions: ApplicationActions
  close: () => void
}

function ArchiveDialog({ organization, application, actions, close }: ArchiveProps) {
  const t = useTranslations()
  return (
    <ActDialog
      title={t('members.titles.archive', { name: application.name })}
      verb={t('members.archive')}
      danger
      why={undefined}
      acting={useAct()}
      act={() => actions.archiveApplication({ organization, application: application.slug })}
      close={close}
    >
      <p>{t('applications.archiveHelp')}</p>
    </ActDialog>
  )
}
