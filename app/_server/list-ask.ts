import type { z } from 'zod'
import { readListParams } from '@/lib/list-params'
import { parseAsk } from '@/lib/page'

type Search = Record<string, string | string[] | undefined>
type Ask = Record<string, string | string[]>

/** What the address of a list says, without what it leaves empty: the input of a `list…` query. */
export function listAsk(search: Search): Ask {
  const entries = Object.entries(readListParams(search)).filter(([, value]) => value !== null && value.length > 0)
  return Object.fromEntries(entries) as Ask
}

/** The same, for a query that takes it parsed; what it does not know leads nowhere. */
export const parsedAsk = <S extends z.ZodType>(schema: S, search: Search): z.output<S> => parseAsk(schema, listAsk(search))
