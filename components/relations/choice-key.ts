import type { ProviderChoice } from '@/lib/relations/views'

/** `service:<id>` or `external:<id>`, as forms keep it. */
export const keyOfChoice = ({ kind, id }: Pick<ProviderChoice, 'kind' | 'id'>): string => `${kind}:${id}`

export const providerOfKey = (key: string) => {
  const id = key.slice(key.indexOf(':') + 1)
  return key.startsWith('service:') ? { serviceId: id } : { externalId: id }
}
