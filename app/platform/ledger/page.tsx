import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { LedgerPage } from '@/components/ledger/ledger-page'
import { listLedger } from '@/lib/ledger/list-ledger'
import { decideLine } from './actions'

export const metadata = { title: 'Ledger' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listLedger(actor, ask))
  if (!seen.ok) return seen.denied
  return <LedgerPage list={seen.data} decide={decideLine} />
}
