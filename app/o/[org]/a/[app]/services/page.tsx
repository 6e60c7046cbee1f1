import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { ServicesPage } from '@/components/services/services-page'
import { listServices } from '@/lib/services/list-services'

export const metadata = { title: 'Services' }

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => listServices(actor, { ...ask, organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <ServicesPage list={seen.data} organizationSlug={org} applicationSlug={app} />
}
