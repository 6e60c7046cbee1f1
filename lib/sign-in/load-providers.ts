import { db } from '@/lib/db/client'
import type { SignInProvider } from '@/lib/db/generated/client'
import { decrypt } from '@/lib/encrypt'
import type { Endpoints, ProviderKind } from './known-providers'
import { knownProvider } from './known-providers'
import type { Way } from './views'

/** A provider as a sign-in needs it. */
export interface LoadedProvider {
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  /** Issuer, for those with discovery. */
  readonly issuer: string | null
  readonly endpoints: Endpoints | null
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
}

/** A ciphertext opens only in the row it was written for. */
export const providerPlace = (id: string): string => `SignInProvider/${id}/clientSecret`

/** Providers by which one may sign in now. */
export async function loadProviders(): Promise<LoadedProvider[]> {
  const rows = await db.signInProvider.findMany({ where: { isEnabled: true }, orderBy: { createdAt: 'asc' } })
  return rows.map(loaded)
}

/** What the page before the door offers. */
export const listWays = (): Promise<Way[]> =>
  db.signInProvider.findMany({ where: { isEnabled: true }, orderBy: { createdAt: 'asc' }, select: { id: true, name: true } })

export function loaded(row: SignInProvider): LoadedProvider {
  const { id, name, clientId, scopes } = row
  const kind = row.kind as ProviderKind
  const known = knownProvider(kind)
  return {
    id,
    name,
    kind,
    issuer: known.speaks === 'oidc' ? (known.address ?? row.address) : null,
    endpoints: known.speaks === 'oidc' ? null : endpointsOf(row),
    clientId,
    clientSecret: decrypt(row.clientSecret, providerPlace(id)),
    scopes: scopes || known.scopes,
  }
}

function endpointsOf({ kind, address, authorizationUrl, tokenUrl, userinfoUrl }: SignInProvider): Endpoints {
  const known = knownProvider(kind as ProviderKind)
  return (
    known.endpoints?.(known.address ?? address ?? '') ?? {
      authorization: authorizationUrl ?? '',
      token: tokenUrl ?? '',
      userinfo: userinfoUrl ?? '',
    }
  )
}
