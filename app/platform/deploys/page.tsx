import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { PlatformDeploysPage } from '@/components/commands/platform-deploys-page'
import { listPlatformDeploys } from '@/lib/commands/list-platform-deploys'

export const metadata = { title: 'Deploys' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listPlatformDeploys(actor, ask))
  if (!seen.ok) return seen.denied
  return <PlatformDeploysPage list={seen.data} />
}
