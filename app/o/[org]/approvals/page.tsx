import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { approve, review, withdraw } from '@/app/o/[org]/deploys/[number]/actions'
import { ApprovalsPage } from '@/components/approvals/approvals-page'
import { listApprovals } from '@/lib/deploys/list-approvals'

export const metadata = { title: 'Approvals' }

const tabs = ['others', 'decided', 'reviews'] as const

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const search = await searchParams
  const tab = tabs.find((one) => one === search.tab) ?? 'mine'
  const seen = await see((actor) => listApprovals(actor, { ...listAsk(search), organization: org, tab }))
  if (!seen.ok) return seen.denied
  return <ApprovalsPage view={seen.data} organizationSlug={org} actions={{ approve, withdraw, review }} />
}
