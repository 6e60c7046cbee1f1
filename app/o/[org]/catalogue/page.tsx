import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { CataloguePage } from '@/components/catalog/catalogue-page'
import { listPackages } from '@/lib/catalog/list-packages'
import { listTemplates } from '@/lib/groups/list-templates'
import { previewGroup, requestGroup } from './actions'

export const metadata = { title: 'Catalogue' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const ask = listAsk(await searchParams)
  const seen = await see(async (actor) => {
    const [list, groups] = await Promise.all([
      listPackages(actor, { ...ask, organization: org }),
      listTemplates(actor, { organization: org }),
    ])
    return { list, groups }
  })
  if (!seen.ok) return seen.denied
  return <CataloguePage {...seen.data} organizationSlug={org} actions={{ preview: previewGroup, request: requestGroup }} />
}
