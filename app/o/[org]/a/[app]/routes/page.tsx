import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { RoutesPage } from '@/components/routes/routes-page'
import { listRoutes } from '@/lib/routes/list-routes'

export const metadata = { title: 'Routes' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listRoutes(actor, { ...ask, organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <RoutesPage view={seen.data} organizationSlug={org} applicationSlug={app} />
}
