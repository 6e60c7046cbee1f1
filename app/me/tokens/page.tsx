import { see } from '@/app/_server/see'
import { OwnTokensPage } from '@/components/tokens/own-tokens-page'
import { listOwnTokens } from '@/lib/tokens/list-tokens'
import { createOwnToken, revokeOwnToken } from './actions'

export const metadata = { title: 'Your tokens' }

export default async function Page() {
  const seen = await see(listOwnTokens)
  if (!seen.ok) return seen.denied
  return <OwnTokensPage view={seen.data} actions={{ make: createOwnToken, revoke: revokeOwnToken }} />
}
