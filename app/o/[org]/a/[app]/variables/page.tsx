import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { VariablesPage } from '@/components/variables/variables-page'
import { listRegistries } from '@/lib/registries/list-registries'
import { listVariables } from '@/lib/variables/list-variables'
import { createVariable, removeRegistry, removeVariable, rotateVariable, setRegistry } from './actions'

export const metadata = { title: 'Variables' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const actions = { create: createVariable, rotate: rotateVariable, remove: removeVariable }
const registryActions = { set: setRegistry, remove: removeRegistry }

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const place = { organization: org, application: app }
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => Promise.all([listVariables(actor, { ...ask, ...place }), listRegistries(actor, place)]))
  if (!seen.ok) return seen.denied
  const [view, registries] = seen.data
  return (
    <VariablesPage
      view={view}
      organizationSlug={org}
      applicationSlug={app}
      actions={actions}
      registries={registries}
      registryActions={registryActions}
    />
  )
}
