import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { UsersPage } from '@/components/accounts/users-page'
import { listUsers } from '@/lib/accounts/list-users'
import { blockUser, unblockUser } from './actions'

export const metadata = { title: 'Users' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listUsers(actor, ask))
  if (!seen.ok) return seen.denied
  return <UsersPage list={seen.data} actions={{ block: blockUser, unblock: unblockUser }} />
}
