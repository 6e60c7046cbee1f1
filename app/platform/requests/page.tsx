import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { RequestsPage } from '@/components/quotas/requests-page'
import { listRequests } from '@/lib/quotas/list-requests'
import { approveRequest, refuseRequest } from './actions'

export const metadata = { title: 'Requests' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listRequests(actor, ask))
  if (!seen.ok) return seen.denied
  return <RequestsPage list={seen.data} actions={{ approve: approveRequest, refuse: refuseRequest }} />
}
