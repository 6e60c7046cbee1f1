import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { MachinesPage } from '@/components/machines/machines-page'
import { listMachines } from '@/lib/machines/list-machines'
import { makePool } from './actions'

export const metadata = { title: 'Machines' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listMachines(actor, ask))
  if (!seen.ok) return seen.denied
  return <MachinesPage list={seen.data} makePool={makePool} />
}
