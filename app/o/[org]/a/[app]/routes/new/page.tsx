import { see } from '@/app/_server/see'
import { previewNew, requestNew } from '@/app/o/[org]/a/[app]/routes/actions'
import { DeniedPage } from '@/components/frame/nothing-here'
import { NewRoutePage } from '@/components/routes/new-route-page'
import { getNewRoute } from '@/lib/routes/get-route'

export const metadata = { title: 'New route' }

export default async function Page({ params }: { params: Promise<{ org: string; app: string }> }) {
  const { org, app } = await params
  const seen = await see((actor) => getNewRoute(actor, { organization: org, application: app }))
  if (!seen.ok) return seen.denied
  const { create } = seen.data.gates
  // Whoever may not ask for it need not fill in a form first.
  if (!create.allowed) return <DeniedPage permission="deploy.request" people={[...(create.whoMay ?? [])]} />
  return <NewRoutePage key={app} view={seen.data} actions={{ preview: previewNew, request: requestNew }} />
}
