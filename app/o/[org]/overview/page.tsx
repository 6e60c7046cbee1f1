import { see } from '@/app/_server/see'
import { OverviewPage } from '@/components/overview/overview-page'
import { getOverview } from '@/lib/organizations/get-overview'

export const metadata = { title: 'Overview' }

interface Props {
  params: Promise<{ org: string }>
}

export default async function Page({ params }: Props) {
  const { org } = await params
  const seen = await see((actor) => getOverview(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  return <OverviewPage view={seen.data} organizationSlug={org} applicationSlug={null} />
}
