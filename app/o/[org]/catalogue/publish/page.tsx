import { see } from '@/app/_server/see'
import { inspectProgram, publishProgram } from '@/app/o/[org]/catalogue/own-program/actions'
import { PublishPage } from '@/components/catalog/catalogue-page'
import { DeniedPage } from '@/components/frame/nothing-here'
import { getFrame } from '@/lib/organizations/get-frame'
import { publishPackage } from './actions'

export const metadata = { title: 'Publish' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => getFrame(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  const { publishPackage: gate } = seen.data.gates
  if (!gate.allowed) return <DeniedPage permission="package.publish" {...(gate.whoMay ? { people: gate.whoMay } : {})} />
  return <PublishPage organizationSlug={org} actions={{ inspect: inspectProgram, publish: publishPackage, publishWith: publishProgram }} />
}
