import type { z } from 'zod'
import type { Runtime } from '@/lib/db/generated/client'
import { iso } from '@/lib/iso-time'
import type { LossSchema } from './loss-views'

/** Since when and why automation rests in a pool; null while it acts. */
export const lossOf = ({
  lossSince,
  lossCount,
  lossOf: of,
}: Pick<Runtime, 'lossSince' | 'lossCount' | 'lossOf'>): z.infer<typeof LossSchema> | null =>
  lossSince && { since: iso(lossSince), lost: lossCount, of }
