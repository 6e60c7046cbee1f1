import { see } from '@/app/_server/see'
import { RuntimesPage } from '@/components/quotas/runtimes-page'
import { getRuntimes } from '@/lib/quotas/get-runtimes'
import { askQuota, setApplicationQuota, withdrawRequest } from './actions'

export const metadata = { title: 'Runtimes' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => getRuntimes(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  return <RuntimesPage view={seen.data} actions={{ ask: askQuota, withdraw: withdrawRequest, limit: setApplicationQuota }} />
}
