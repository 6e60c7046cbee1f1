'use client'

import { useTranslations } from 'use-intl'
import { useFirstApplication } from '@/components/frame/frame-context'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { GroupTemplatesSection } from '@/components/groups/group-templates'
import type { NewGroupActions } from '@/components/groups/new-group-dialog'
import { Button, ButtonLink } from '@/components/ui/button'
import type { PackageList } from '@/lib/catalog/views'
import type { GroupTemplates } from '@/lib/groups/views'
import { paths } from '@/lib/paths'
import type { Gate } from '@/lib/views'
import { PackageListView } from './package-list'
import { type PublishActions, PublishForm } from './publish-form'

function PublishButtons({ gate, org }: { gate: Gate; org: string }) {
  const t = useTranslations()
  const why = useRefusal()(gate)
  const ways = [
    { icon: 'upload', href: paths.upload(org), label: t('catalog.publish'), tone: 'plain' },
    { icon: 'plus', href: paths.ownProgram(org), label: t('own.title'), tone: 'primary' },
  ] as const
  return (
    <span className="row">
      {ways.map(({ icon, href, label, tone }) =>
        why ? (
          <Button key={href} icon={icon} tone={tone} why={why}>
            {label}
          </Button>
        ) : (
          <ButtonLink key={href} icon={icon} tone={tone} href={href}>
            {label}
          </ButtonLink>
        ),
      )}
    </span>
  )
}

interface Props {
  list: PackageList
  groups: GroupTemplates
  organizationSlug: string
  actions: NewGroupActions
}

export function CataloguePage({ list, groups, organizationSlug, actions }: Props) {
  const t = useTranslations()
  return (
    <ListPage
      title={t('nav.catalogue')}
      organizationSlug={organizationSlug}
      acts={<PublishButtons gate={list.gates.publish} org={organizationSlug} />}
    >
      <PackageListView list={list} organizationSlug={organizationSlug} applicationSlug={useFirstApplication()} />
      <GroupTemplatesSection view={groups} organizationSlug={organizationSlug} actions={actions} />
    </ListPage>
  )
}

interface PublishProps {
  organizationSlug: string
  actions: PublishActions
}

export function PublishPage({ organizationSlug, actions }: PublishProps) {
  const t = useTranslations()
  return (
    <ListPage
      title={t('catalog.publish')}
      organizationSlug={organizationSlug}
      above={{ label: t('nav.catalogue'), href: paths.catalogue(organizationSlug) }}
    >
      <PublishForm organizationSlug={organizationSlug} actions={actions} />
    </ListPage>
  )
}
