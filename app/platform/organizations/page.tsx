import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { OrganizationsPage } from '@/components/members/organizations-page'
import { listOrganizations } from '@/lib/organizations/list-organizations'
import { appointOwner, restoreOrganization, setClusterPowers, setOrganizationQuota } from './actions'

export const metadata = { title: 'Organisations' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: Props) {
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listOrganizations(actor, ask))
  if (!seen.ok) return seen.denied
  return (
    <OrganizationsPage
      list={seen.data}
      actions={{ appoint: appointOwner, restore: restoreOrganization, setPowers: setClusterPowers, limit: setOrganizationQuota }}
    />
  )
}
