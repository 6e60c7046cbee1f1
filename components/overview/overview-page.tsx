'use client'

import { useTranslations } from 'use-intl'
import { useApplicationName, useFrame } from '@/components/frame/frame-context'
import { LivePage } from '@/components/frame/live'
import { type Crumb, Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { NewServiceButton } from '@/components/services/service-list'
import type { OverviewView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { Overview } from './overview'

interface Props {
  view: OverviewView
  organizationSlug: string
  applicationSlug: string | null
}

export function OverviewPage({ view, organizationSlug, applicationSlug }: Props) {
  const t = useTranslations()
  const organization = useFrame()?.frame.organization
  const applicationName = useApplicationName(applicationSlug ?? '')
  const newServiceIn = applicationSlug ?? organization?.applications[0]?.slug
  const crumb: Crumb[] = [
    { label: organization?.name ?? organizationSlug, href: paths.organization(organizationSlug) },
    ...(applicationSlug ? [{ label: applicationName, href: paths.application(organizationSlug, applicationSlug) }] : []),
    { label: t('nav.overview') },
  ]
  const { services, units, machines } = view.counts
  const counts = t('overview.counts', { services, units, machines })
  return (
    <Page crumb={crumb}>
      {organization ? <LivePage topic={`org:${organization.id}`} /> : null}
      <PageHead
        title={view.title}
        sub={view.counts.applications === null ? counts : `${t('overview.applications', { count: view.counts.applications })}, ${counts}`}
        acts={newServiceIn ? <NewServiceButton gate={view.gates.createService} org={organizationSlug} app={newServiceIn} /> : null}
      />
      <Overview view={view} organizationSlug={organizationSlug} applicationSlug={applicationSlug} />
    </Page>
  )
}
