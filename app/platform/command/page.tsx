import { see } from '@/app/_server/see'
import { RunCommandPage } from '@/components/commands/run-command-page'
import { getMachineOffer } from '@/lib/commands/get-command-offer'
import { lookOnMachines, sendToMachines } from './actions'

interface Props {
  searchParams: Promise<{ machine?: string | string[]; again?: string | string[] }>
}

export const metadata = { title: 'Run a command' }

export default async function Page({ searchParams }: Props) {
  const { machine = [], again } = await searchParams
  const seen = await see((actor) => getMachineOffer(actor, { machines: [machine].flat(), again: Number(again) || undefined }))
  if (!seen.ok) return seen.denied
  return <RunCommandPage offer={seen.data} actions={{ machines: { preview: lookOnMachines, run: sendToMachines } }} />
}
