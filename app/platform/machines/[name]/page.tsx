import { see } from '@/app/_server/see'
import { decideLine } from '@/app/platform/ledger/actions'
import { MachinePage } from '@/components/machines/machine-page'
import { getMachine } from '@/lib/machines/get-machine'
import { describeMachine, lookAgain, moveMachine, resumePool, tendMachine } from './actions'

export const metadata = { title: 'Machine' }

interface Props {
  params: Promise<{ name: string }>
}

export default async function Page({ params }: Props) {
  const { name } = await params
  const seen = await see((actor) => getMachine(actor, { name }))
  if (!seen.ok) return seen.denied
  return (
    <MachinePage
      initial={seen.data}
      move={moveMachine}
      tend={tendMachine}
      resume={resumePool}
      decide={decideLine}
      lookAgain={lookAgain}
      describe={describeMachine}
    />
  )
}
