import { see } from '@/app/_server/see'
import { RelationsPage } from '@/components/relations/relations-page'
import { listGroups } from '@/lib/groups/list-groups'
import { getRelationMap } from '@/lib/relations/get-relation-map'
import { listOffers } from '@/lib/relations/list-offers'
import { acceptOffer, addExternal, changeExternal, endOffer, offerRelation, previewGroup, removeExternal, requestGroup } from './actions'

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
    const place = { organization: org, application: app, environment: map.environment }
    const [offers, groups] = await Promise.all([listOffers(actor, place), listGroups(actor, place)])
    return { map, offers, groups }
  })
  if (!seen.ok) return seen.denied
  const actions = {
    add: addExternal,
    change: changeExternal,
    remove: removeExternal,
    offer: offerRelation,
    accept: acceptOffer,
    end: endOffer,
    previewGroup,
    requestGroup,
  }
  return <RelationsPage {...seen.data} organizationSlug={org} applicationSlug={app} actions={actions} />
}
