import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { DeploysPage } from '@/components/deploys/deploys-page'
import { listDeploys } from '@/lib/deploys/list-deploys'

export const metadata = { title: 'Deploys' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listDeploys(actor, { ...ask, organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <DeploysPage list={seen.data} organizationSlug={org} applicationSlug={app} />
}
