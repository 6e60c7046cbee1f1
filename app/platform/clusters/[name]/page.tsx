import { see } from '@/app/_server/see'
import { ClusterPage } from '@/components/clusters/cluster-page'
import { getCluster } from '@/lib/clusters/get-cluster'
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
}

interface Props {
  params: Promise<{ name: string }>
}

export default async function Page({ params }: Props) {
  const { name } = await params
  const seen = await see((actor) => getCluster(actor, { name }))
  if (!seen.ok) return seen.denied
  return <ClusterPage initial={seen.data} actions={actions} />
}
