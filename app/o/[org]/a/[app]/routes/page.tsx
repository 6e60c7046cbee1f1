import { see } from '@/app/_server/see'
import { RoutesPage } from '@/components/routes/routes-page'
import { listRoutes } from '@/lib/routes/list-routes'

export const metadata = { title: 'Routes' }

export default async function Page({ params }: { params: Promise<{ org: string; app: string }> }) {
  const { org, app } = await params
  const seen = await see((actor) => listRoutes(actor, { organization: org, application: app }))
  if (!seen.ok) return seen.denied
  return <RoutesPage view={seen.data} organizationSlug={org} applicationSlug={app} />
}
