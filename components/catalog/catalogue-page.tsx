'use client'

import { useTranslations } from 'use-intl'
import { useFirstApplication } from '@/components/frame/frame-context'
import { ListPage } from '@/components/frame/list-page'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button, ButtonLink } from '@/components/ui/button'
import type { PackageList, Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { ActionResult, Gate } from '@/lib/views'
import { PackageListView } from './package-list'
import { PublishForm } from './publish-form'

function PublishButton({ gate, org }: { gate: Gate; org: string }) {
  const t = useTranslations()
  const why = useRefusal()(gate)
  return why ? (
    <Button icon="upload" why={why}>
      {t('catalog.publish')}
    </Button>
  ) : (
    <ButtonLink icon="upload" href={paths.upload(org)}>
      {t('catalog.publish')}
    </ButtonLink>
  )
}

export function CataloguePage({ list, organizationSlug }: { list: PackageList; organizationSlug: string }) {
  const t = useTranslations()
  return (
    <ListPage
      title={t('nav.catalogue')}
      organizationSlug={organizationSlug}
      acts={<PublishButton gate={list.gates.publish} org={organizationSlug} />}
    >
      <PackageListView list={list} organizationSlug={organizationSlug} applicationSlug={useFirstApplication()} />
    </ListPage>
  )
}

interface PublishProps {
  organizationSlug: string
  publish: (form: FormData) => Promise<ActionResult<Published>>
}

export function PublishPage({ organizationSlug, publish }: PublishProps) {
  const t = useTranslations()
  return (
    <ListPage
      title={t('catalog.publish')}
      organizationSlug={organizationSlug}
      above={{ label: t('nav.catalogue'), href: paths.catalogue(organizationSlug) }}
    >
      <PublishForm organizationSlug={organizationSlug} publish={publish} />
    </ListPage>
  )
}
