import { notFound } from 'next/navigation'
import { see } from '@/app/_server/see'
import { AddClusterPage } from '@/components/clusters/add-cluster-page'
import { hubManifest } from '@/lib/clusters/look-at-kubeconfig'
import { addCluster, lookAtKubeconfig } from './actions'

export const metadata = { title: 'Add a cluster' }

export default async function Page() {
  const seen = await see(async (actor) => actor.isOperator)
  if (!seen.ok) return seen.denied
  if (!seen.data) notFound()
  return <AddClusterPage manifest={hubManifest()} look={lookAtKubeconfig} add={addCluster} />
}
