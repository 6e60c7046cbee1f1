'use client'

import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import type { DeployList } from '@/lib/deploys/views'
import { DeployListView } from './deploy-list'

interface Props {
  list: DeployList
  organizationSlug: string
  applicationSlug: string | null
}

export function DeploysPage({ list, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  return (
    <ListPage title={t('nav.deploys')} organizationSlug={organizationSlug} applicationSlug={applicationSlug}>
      <DeployListView list={list} organizationSlug={organizationSlug} />
    </ListPage>
  )
}
