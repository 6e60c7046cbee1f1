import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { CataloguePage } from '@/components/catalog/catalogue-page'
import { listPackages } from '@/lib/catalog/list-packages'

export const metadata = { title: 'Catalogue' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listPackages(actor, { ...ask, organization: org }))
  if (!seen.ok) return seen.denied
  return <CataloguePage list={seen.data} organizationSlug={org} />
}
