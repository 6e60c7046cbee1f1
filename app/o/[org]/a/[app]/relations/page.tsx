import { see } from '@/app/_server/see'
import { RelationsPage } from '@/components/relations/relations-page'
import { getRelationMap } from '@/lib/relations/get-relation-map'
import { addExternal, removeExternal } from './actions'

export const metadata = { title: 'Relations' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<{ environment?: string | string[] }>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const { environment: wanted } = await searchParams
  const environment = wanted === 'test' || wanted === 'production' ? wanted : undefined
  const seen = await see((actor) => getRelationMap(actor, { organization: org, application: app, environment }))
  if (!seen.ok) return seen.denied
  return (
    <RelationsPage map={seen.data} organizationSlug={org} applicationSlug={app} actions={{ add: addExternal, remove: removeExternal }} />
  )
}
