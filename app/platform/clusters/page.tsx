import { parsedAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { ClustersPage } from '@/components/clusters/clusters-page'
import { ListClustersSchema, listClusters } from '@/lib/clusters/list-clusters'

export const metadata = { title: 'Clusters' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const search = await searchParams
  const seen = await see((actor) => listClusters(actor, parsedAsk(ListClustersSchema, search)))
  if (!seen.ok) return seen.denied
  return <ClustersPage list={seen.data} />
}
