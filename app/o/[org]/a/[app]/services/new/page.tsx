import { redirect } from 'next/navigation'
import { see } from '@/app/_server/see'
import { DeniedPage } from '@/components/frame/nothing-here'
import { NewService } from '@/components/services/new-service'
import { paths } from '@/lib/paths'
import { getNewService } from '@/lib/services/get-new-service'
import { previewService, requestService } from './actions'

interface Props {
  params: Promise<{ org: string; app: string }>
  searchParams: Promise<{ package?: string | string[]; version?: string | string[]; from?: string | string[] }>
}

export const metadata = { title: 'New service' }

/** Without a package the first step is the catalogue. */
export default async function Page({ params, searchParams }: Props) {
  const { org, app } = await params
  const { package: packageName, version, from } = await searchParams
  if (typeof packageName !== 'string') redirect(paths.catalogue(org))
  const seen = await see((actor) =>
    getNewService(actor, {
      organization: org,
      application: app,
      package: packageName,
      version: typeof version === 'string' ? version : undefined,
      from: typeof from === 'string' ? from : undefined,
    }),
  )
  if (!seen.ok) return seen.denied
  const { test, production } = seen.data.gates
  // Whoever may create nothing anywhere need not fill in a form first.
  if (test.code === 'no_permission' && production.code === 'no_permission')
    return <DeniedPage permission="deploy.request" people={[...(test.whoMay ?? production.whoMay ?? [])]} />
  return (
    <NewService
      key={`${app} ${seen.data.package.versionId} ${from}`}
      view={seen.data}
      actions={{ preview: previewService, request: requestService }}
    />
  )
}
