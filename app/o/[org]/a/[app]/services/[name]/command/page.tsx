import { see } from '@/app/_server/see'
import { RunCommandPage } from '@/components/commands/run-command-page'
import { getCommandOffer } from '@/lib/commands/get-command-offer'
import { lookAtCommand, sendCommand } from './actions'

interface Props {
  params: Promise<{ org: string; app: string; name: string }>
  searchParams: Promise<{ environment?: string | string[]; again?: string | string[] }>
}

export const metadata = { title: 'Run a command' }

export default async function Page({ params, searchParams }: Props) {
  const { org, app, name } = await params
  const { environment, again } = await searchParams
  const seen = await see((actor) =>
    getCommandOffer(actor, {
      organization: org,
      application: app,
      name,
      environment: environment === 'production' ? 'production' : 'test',
      again: Number(again) || undefined,
    }),
  )
  if (!seen.ok) return seen.denied
  return <RunCommandPage offer={seen.data} actions={{ units: { preview: lookAtCommand, run: sendCommand } }} />
}
