import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { ClusterPage } from '@/components/clusters/cluster-page'
import { getCluster } from '@/lib/clusters/get-cluster'
import { listResidents } from '@/lib/clusters/list-residents'
import {
  adoptNamespace,
  describeCluster,
  endClusterRestore,
  forgetCluster,
  grantCluster,
  lookAtCredential,
  offerCluster,
  operateCluster,
  removeCluster,
  replaceCredential,
  stayCluster,
} from './actions'

export const metadata = { title: 'Cluster' }

const actions = {
  adopt: adoptNamespace,
  describe: describeCluster,
  endRestore: endClusterRestore,
  forget: forgetCluster,
  grant: grantCluster,
  look: lookAtCredential,
  offer: offerCluster,
  operate: operateCluster,
  remove: removeCluster,
  replace: replaceCredential,
  stay: stayCluster,
}

interface Props {
  params: Promise<{ name: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { name } = await params
  const ask = { ...listAsk(await searchParams), name }
  const seen = await see(async (actor) => ({ cluster: await getCluster(actor, { name }), residents: await listResidents(actor, ask) }))
  if (!seen.ok) return seen.denied
  return <ClusterPage initial={seen.data.cluster} residents={seen.data.residents} actions={actions} />
}
