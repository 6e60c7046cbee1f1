import { see } from '@/app/_server/see'
import { OverviewPage } from '@/components/overview/overview-page'
import { getOverview } from '@/lib/organizations/get-overview'

export const metadata = { title: 'Overview' }

interface Props {
  params: Promise<{ org: string; app: string }>
}

export default async function Page({ params }: Props) {
  const { org, app } = await params
  const seen = await see((actor) => getOverview(actor, { organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <OverviewPage view={seen.data} organizationSlug={org} applicationSlug={app} />
}
