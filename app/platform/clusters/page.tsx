import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { ClustersPage } from '@/components/clusters/clusters-page'
import { listClusters } from '@/lib/clusters/list-clusters'

export const metadata = { title: 'Clusters' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listClusters(actor, ask))
  if (!seen.ok) return seen.denied
  return <ClustersPage list={seen.data} />
}
