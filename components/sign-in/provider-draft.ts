import type { AddProviderInput, ChangeProviderInput } from '@/lib/sign-in/schema'
import { type ProviderView, providerChoices } from '@/lib/sign-in/views'

/** The form as it is typed. */
export interface ProviderDraft {
  id: string
  kind: ProviderView['kind']
  name: string
  address: string
  authorizationUrl: string
  tokenUrl: string
  userinfoUrl: string
  clientId: string
  clientSecret: string
  scopes: string
  domains: string
  trustsEmail: boolean
}

export const draftOf = (provider: ProviderView | null): ProviderDraft => ({
  id: provider?.id ?? '',
  kind: provider?.kind ?? 'oidc',
  name: provider?.name ?? '',
  address: provider?.address ?? '',
  authorizationUrl: provider?.authorizationUrl ?? '',
  tokenUrl: provider?.tokenUrl ?? '',
  userinfoUrl: provider?.userinfoUrl ?? '',
  clientId: provider?.clientId ?? '',
  clientSecret: '',
  scopes: provider?.scopes ?? '',
  domains: provider?.domains.join(', ') ?? '',
  trustsEmail: provider?.trustsEmail ?? false,
})

export const asksOf = (kind: ProviderView['kind']) => providerChoices.find((one) => one.kind === kind)?.asks ?? 'address'

const settingsOf = ({ name, clientId, clientSecret, scopes, domains, trustsEmail }: ProviderDraft) => ({
  name: name.trim(),
  clientId: clientId.trim(),
  ...(clientSecret ? { clientSecret } : {}),
  ...(scopes.trim() ? { scopes: scopes.trim() } : {}),
  domains: domains.split(/[\s,]+/).filter(Boolean),
  trustsEmail,
})

export function toAdd(draft: ProviderDraft): AddProviderInput {
  const { id, kind, address, authorizationUrl, tokenUrl, userinfoUrl, clientSecret } = draft
  const asks = asksOf(kind)
  return {
    ...settingsOf(draft),
    id,
    kind,
    clientSecret,
    ...(asks === 'address' ? { address: address.trim() } : {}),
    ...(asks === 'urls' ? { authorizationUrl: authorizationUrl.trim(), tokenUrl: tokenUrl.trim(), userinfoUrl: userinfoUrl.trim() } : {}),
  }
}

export const toChange = (draft: ProviderDraft, { id, revision, isEnabled }: ProviderView): ChangeProviderInput => ({
  ...settingsOf(draft),
  id,
  revision,
  isEnabled,
})

/** The same provider, let in or kept out; nothing else changes. */
export const toSwitch = (provider: ProviderView): ChangeProviderInput => ({
  ...toChange(draftOf(provider), provider),
  isEnabled: !provider.isEnabled,
})
