import { see } from '@/app/_server/see'
import { JoinPage } from '@/components/machines/join-page'
import { getJoinPage } from '@/lib/machines/list-join-tokens'
import { makeJoinLine, revokeToken } from './actions'

export const metadata = { title: 'Add a machine' }

export default async function Page() {
  const seen = await see(getJoinPage)
  if (!seen.ok) return seen.denied
  return <JoinPage view={seen.data} offer={makeJoinLine} revoke={revokeToken} />
}
