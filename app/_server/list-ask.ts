import { readListParams } from '@/lib/list-params'

type Search = Record<string, string | string[] | undefined>
type Ask = Record<string, string | string[]>

/** What the address of a list says, without what it leaves empty: the input of a `list…` query. */
export function listAsk(search: Search): Ask {
  const entries = Object.entries(readListParams(search)).filter(([, value]) => value !== null && value.length > 0)
  return Object.fromEntries(entries) as Ask
}
