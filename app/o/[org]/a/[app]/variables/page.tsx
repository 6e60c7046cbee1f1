import { see } from '@/app/_server/see'
import { VariablesPage } from '@/components/variables/variables-page'
import { listVariables } from '@/lib/variables/list-variables'
import { createVariable, removeVariable, rotateVariable } from './actions'

export const metadata = { title: 'Variables' }

interface Props {
  params: Promise<{ org: string; app: string }>
}

const actions = { create: createVariable, rotate: rotateVariable, remove: removeVariable }

export default async function Page({ params }: Props) {
  const { org, app } = await params
  const seen = await see((actor) => listVariables(actor, { organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <VariablesPage view={seen.data} organizationSlug={org} applicationSlug={app} actions={actions} />
}
