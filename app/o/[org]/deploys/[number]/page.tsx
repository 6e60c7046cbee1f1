import { notFound } from 'next/navigation'
import { see } from '@/app/_server/see'
import { CommandRecordPage } from '@/components/commands/command-record-page'
import { DeployPage } from '@/components/deploys/deploy-page'
import { getDeploy } from '@/lib/deploys/get-deploy'
import { approve, cancel, comment, giveUp, override, pause, previewFollowUp, reject, requestFollowUp, resume, withdraw } from './actions'

interface Props {
  params: Promise<{ org: string; number: string }>
}

export const generateMetadata = async ({ params }: Props) => ({ title: `#${(await params).number}` })

export default async function Page({ params }: Props) {
  const { org, number } = await params
  if (!/^[1-9]\d{0,8}$/.test(number)) notFound()
  const seen = await see((actor) => getDeploy(actor, { organization: org, number: Number(number) }))
  if (!seen.ok) return seen.denied
  const actions = { approve, cancel, comment, giveUp, override, pause, previewFollowUp, reject, requestFollowUp, resume, withdraw }
  const Shown = seen.data.title.kind === 'command' ? CommandRecordPage : DeployPage
  return <Shown initial={seen.data} actions={actions} />
}
