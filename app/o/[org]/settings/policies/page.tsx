import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { PoliciesPage } from '@/components/policies/policies-page'
import { getPolicies } from '@/lib/policies/list-policies'
import { previewPolicy, setPolicy, setStanding } from './actions'

export const metadata = { title: 'Policies' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => getPolicies(actor, { ...ask, organization: org }))
  if (!seen.ok) return seen.denied
  return <PoliciesPage view={seen.data} actions={{ preview: previewPolicy, set: setPolicy, setStanding }} />
}
