'use client'

import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import { ReadAt } from '@/components/machines/freshness'
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
      <ReadAt asOf={list.asOf}>
        <ServiceListView list={list} organizationSlug={organizationSlug} applicationSlug={applicationSlug} />
      </ReadAt>
    </ListPage>
  )
}
