import { see } from '@/app/_server/see'
import { PackagePage } from '@/components/catalog/package-page'
import { getPackage } from '@/lib/catalog/get-package'

export default async function Page({ params }: { params: Promise<{ org: string; name: string }> }) {
  const { org, name } = await params
  const seen = await see((actor) => getPackage(actor, { organization: org, name }))
  if (!seen.ok) return seen.denied
  return <PackagePage view={seen.data} organizationSlug={org} />
}
