'use client'

import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import type { ApprovalsView } from '@/lib/deploys/views'
import type { ApprovalActions } from './approval-card'
import { Approvals } from './approvals'

interface Props {
  view: ApprovalsView
  organizationSlug: string
  actions: ApprovalActions
}

export function ApprovalsPage({ view, organizationSlug, actions }: Props) {
  const t = useTranslations()
  return (
    <ListPage title={t('nav.approvals')} organizationSlug={organizationSlug}>
      <Approvals view={view} organizationSlug={organizationSlug} actions={actions} />
    </ListPage>
  )
}
