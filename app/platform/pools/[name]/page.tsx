import { see } from '@/app/_server/see'
import { PoolPage } from '@/components/init/pool-page'
import { getPool } from '@/lib/init/get-pool'
import { endRestore, limitLoss, offer, resumePool, savePolicies } from './actions'

export const metadata = { title: 'Pool' }

interface Props {
  params: Promise<{ name: string }>
}

export default async function Page({ params }: Props) {
  const { name } = await params
  const seen = await see((actor) => getPool(actor, { name }))
  if (!seen.ok) return seen.denied
  return <PoolPage pool={seen.data} save={savePolicies} offer={offer} limitLoss={limitLoss} resume={resumePool} endRestore={endRestore} />
}
