import { see } from '@/app/_server/see'
import { RelationsPage } from '@/components/relations/relations-page'
import { listGroups } from '@/lib/groups/list-groups'
import { readListParams } from '@/lib/list-params'
import { getRelationMap } from '@/lib/relations/get-relation-map'
import { listOffers } from '@/lib/relations/list-offers'
import { acceptOffer, addExternal, changeExternal, endOffer, offerRelation, previewGroup, removeExternal, requestGroup } from './actions'

export const metadata = { title: 'Relations' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const search = await searchParams
  const { environment: wanted } = search
  const { q } = readListParams(search)
  const environment = wanted === 'test' || wanted === 'production' ? wanted : undefined
  const seen = await see(async (actor) => {
    const map = await getRelationMap(actor, { organization: org, application: app, environment, q })
    const place = { organization: org, application: app, environment: map.environment }
    const [offers, groups] = await Promise.all([listOffers(actor, place), listGroups(actor, { ...place, q })])
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
