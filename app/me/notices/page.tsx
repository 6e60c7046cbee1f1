import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { NoticesPage } from '@/components/notices/notices-page'
import { listNotices } from '@/lib/notices/list-notices'
import { readNotices, setNoticeWays } from './actions'

export const metadata = { title: 'Notices' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listNotices(actor, ask))
  if (!seen.ok) return seen.denied
  return <NoticesPage view={seen.data} actions={{ read: readNotices, setWays: setNoticeWays }} />
}
