'use client'

import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import type { ServiceList } from '@/lib/services/views'
import { NewServiceButton, ServiceListView } from './service-list'

interface Props {
  list: ServiceList
  organizationSlug: string
  applicationSlug: string
}

export function ServicesPage({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  return (
    <ListPage
      title={t('nav.services')}
      organizationSlug={organizationSlug}
      applicationSlug={applicationSlug}
      acts={<NewServiceButton gate={list.gates.create} org={organizationSlug} app={applicationSlug} />}
    >
      <ServiceListView list={list} organizationSlug={organizationSlug} applicationSlug={applicationSlug} />
    </ListPage>
  )
}
