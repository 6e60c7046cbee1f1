'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { MembersView } from '@/lib/members/views'
import { paths } from '@/lib/paths'
import { type ApplicationActions, ApplicationDialog } from './application-dialog'

/** What the organisation's services live in. */
export function Applications({ view, actions }: { view: MembersView; actions: ApplicationActions }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const organization = view.organization.slug
  const [asked, ask] = useState<{ application?: { slug: string; name: string } } | null>(null)
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
              <Button size="sm" why={refusal(one.gates.rename)} onClick={() => ask({ application: one })}>
                {t('members.rename')}
              </Button>
            ),
          },
        ]}
      />
      {asked ? <ApplicationDialog organization={organization} {...asked} actions={actions} close={() => ask(null)} /> : null}
    </Section>
  )
}
