import type { TokensView } from '@/lib/tokens/views'

/** Where alone a token is good. */
export interface TokenPlace {
  organization?: string
  application?: string
  services?: string[]
}

export const everywhere = ' '

interface PlaceChoice {
  value: string
  label: string
  note?: string
  limits: TokenPlace
  services: string[]
}

/** One's own token may be good everywhere; an organisation's at most in all of it. */
export function placeChoices(view: TokensView, all: string, whole: string): PlaceChoice[] {
  const own = view.organization === null
  return [
    ...(own ? [{ value: everywhere, label: all, limits: {}, services: [] }] : []),
    ...view.places.flatMap(({ slug, name, applications }) => [
      { value: slug, label: own ? name : whole, ...(own ? { note: whole } : {}), limits: own ? { organization: slug } : {}, services: [] },
      ...applications.map((one) => ({
        value: `${slug}/${one.slug}`,
        label: one.name,
        ...(own ? { note: name } : {}),
        limits: { ...(own ? { organization: slug } : {}), application: one.slug },
        services: one.services,
      })),
    ]),
  ]
}
