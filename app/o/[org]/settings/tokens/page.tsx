import { see } from '@/app/_server/see'
import { TokensPage } from '@/components/tokens/tokens-page'
import { listTokens } from '@/lib/tokens/list-tokens'
import { createToken, revokeToken } from './actions'

export const metadata = { title: 'Tokens' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => listTokens(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  return <TokensPage view={seen.data} organization={org} actions={{ make: createToken, revoke: revokeToken }} />
}
