import { see } from '@/app/_server/see'
import { ProvidersPage } from '@/components/sign-in/providers-page'
import { listProviders } from '@/lib/sign-in/list-providers'
import { addProvider, changeProvider, removeProvider, testProvider } from './actions'

export const metadata = { title: 'Sign-in' }

export default async function Page() {
  const seen = await see(listProviders)
  if (!seen.ok) return seen.denied
  const actions = { add: addProvider, change: changeProvider, remove: removeProvider, test: testProvider }
  return <ProvidersPage view={seen.data} actions={actions} />
}
