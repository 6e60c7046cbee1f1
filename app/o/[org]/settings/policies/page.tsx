import { see } from '@/app/_server/see'
import { PoliciesPage } from '@/components/policies/policies-page'
import { getPolicies } from '@/lib/policies/list-policies'
import { previewPolicy, setPolicy, setStanding } from './actions'

export const metadata = { title: 'Policies' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => getPolicies(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  return <PoliciesPage view={seen.data} actions={{ preview: previewPolicy, set: setPolicy, setStanding }} />
}
