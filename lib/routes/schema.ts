import { z } from 'zod'
import { IssuerSchema } from '@/lib/protocol/route'

/** As a caller says it. `certificate` without texts keeps the one that is served. */
export const TlsInputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('certificate'),
    chain: z.string().max(100_000).optional(),
    key: z.string().max(20_000).optional(),
  }),
  z.object({ kind: z.literal('issuer'), issuer: IssuerSchema }),
])
export type TlsInput = z.output<typeof TlsInputSchema>
