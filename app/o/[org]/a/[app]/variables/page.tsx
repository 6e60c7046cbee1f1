import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { VariablesPage } from '@/components/variables/variables-page'
import { listVariables } from '@/lib/variables/list-variables'
import { createVariable, removeVariable, rotateVariable } from './actions'

export const metadata = { title: 'Variables' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const actions = { create: createVariable, rotate: rotateVariable, remove: removeVariable }

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listVariables(actor, { ...ask, organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <VariablesPage view={seen.data} organizationSlug={org} applicationSlug={app} actions={actions} />
}
