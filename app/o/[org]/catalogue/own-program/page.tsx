import { see } from '@/app/_server/see'
import { OwnProgramPage } from '@/components/catalog/own-program-page'
import { DeniedPage } from '@/components/frame/nothing-here'
import { getFrame } from '@/lib/organizations/get-frame'
import { draftProgram, inspectProgram, publishProgram } from './actions'

export const metadata = { title: 'Deploy my own' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => getFrame(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  const { publishPackage: gate } = seen.data.gates
  if (!gate.allowed) return <DeniedPage permission="package.publish" {...(gate.whoMay ? { people: gate.whoMay } : {})} />
  return <OwnProgramPage organizationSlug={org} actions={{ inspectProgram, draftProgram, publishProgram }} />
}
