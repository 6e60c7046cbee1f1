import { PublishPage } from '@/components/catalog/catalogue-page'
import { publishPackage } from './actions'

export const metadata = { title: 'Publish' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  return <PublishPage organizationSlug={org} publish={publishPackage} />
}
