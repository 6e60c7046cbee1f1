'use client'

import type { ReactNode } from 'react'
import { paths } from '@/lib/paths'
import { useApplicationName, useFrame } from './frame-context'
import { LivePage } from './live'
import { Page } from './page'
import { PageHead } from './page-head'

interface Props {
  title: string
  organizationSlug: string
  applicationSlug?: string | null
  /** Beside the title: its state and environment. */
  marks?: ReactNode
  acts?: ReactNode
  sub?: ReactNode
  /** Between the application and the title. */
  above?: { label: string; href: string }
  children: ReactNode
}

/** A page of an organisation or of one of its applications: crumb, head, and news that make it be read again. */
export function ListPage({ title, organizationSlug: org, applicationSlug: app, marks, acts, sub, above, children }: Props) {
  const organization = useFrame()?.frame.organization
  const applicationName = useApplicationName(app ?? '')
  return (
    <Page
      crumb={[
        { label: organization?.name ?? org, href: paths.organization(org) },
        ...(app ? [{ label: applicationName, href: paths.application(org, app) }] : []),
        ...(above ? [above] : []),
        { label: title },
      ]}
    >
      {organization ? <LivePage topic={`org:${organization.id}`} /> : null}
      <PageHead title={title} marks={marks} acts={acts} sub={sub} />
      {children}
    </Page>
  )
}
