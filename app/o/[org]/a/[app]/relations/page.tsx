import { see } from '@/app/_server/see'
import { RelationsPage } from '@/components/relations/relations-page'
import { getRelationMap } from '@/lib/relations/get-relation-map'
import { listOffers } from '@/lib/relations/list-offers'
import { acceptOffer, addExternal, endOffer, offerRelation, removeExternal } from './actions'

export const metadata = { title: 'Relations' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<{ environment?: string | string[] }>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const { environment: wanted } = await searchParams
  const environment = wanted === 'test' || wanted === 'production' ? wanted : undefined
  const seen = await see(async (actor) => {
    const map = await getRelationMap(actor, { organization: org, application: app, environment })
    return { map, offers: await listOffers(actor, { organization: org, application: app, environment: map.environment }) }
  })
  if (!seen.ok) return seen.denied
  const actions = { add: addExternal, remove: removeExternal, offer: offerRelation, accept: acceptOffer, end: endOffer }
  return <RelationsPage {...seen.data} organizationSlug={org} applicationSlug={app} actions={actions} />
}
