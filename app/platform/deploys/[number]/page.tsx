import { notFound } from 'next/navigation'
import { see } from '@/app/_server/see'
import {
  approve,
  cancel,
  comment,
  giveUp,
  override,
  pause,
  previewFollowUp,
  reject,
  requestFollowUp,
  resume,
  withdraw,
} from '@/app/o/[org]/deploys/[number]/actions'
import { CommandRecordPage } from '@/components/commands/command-record-page'
import { getDeploy } from '@/lib/deploys/get-deploy'

interface Props {
  params: Promise<{ number: string }>
}

export const generateMetadata = async ({ params }: Props) => ({ title: `#${(await params).number}` })

export default async function Page({ params }: Props) {
  const { number } = await params
  if (!/^[1-9]\d{0,8}$/.test(number)) notFound()
  const seen = await see((actor) => getDeploy(actor, { organization: null, number: Number(number) }))
  if (!seen.ok) return seen.denied
  const actions = { approve, cancel, comment, giveUp, override, pause, previewFollowUp, reject, requestFollowUp, resume, withdraw }
  return <CommandRecordPage initial={seen.data} actions={actions} />
}
