import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { approve, withdraw } from '@/app/o/[org]/deploys/[number]/actions'
import { ApprovalsPage } from '@/components/approvals/approvals-page'
import { listApprovals } from '@/lib/deploys/list-approvals'

export const metadata = { title: 'Approvals' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const search = await searchParams
  const tab = search.tab === 'others' || search.tab === 'decided' ? search.tab : 'mine'
  const seen = await see((actor) => listApprovals(actor, { ...listAsk(search), organization: org, tab }))
  if (!seen.ok) return seen.denied
  return <ApprovalsPage view={seen.data} organizationSlug={org} actions={{ approve, withdraw }} />
}
