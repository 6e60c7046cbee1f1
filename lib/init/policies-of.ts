import { z } from 'zod'
import { InitPolicy } from '@/lib/protocol/init'

/** What a pool asks of a new machine, in order. */
export const policiesOf = ({ initPolicies }: { initPolicies: unknown }): InitPolicy[] => z.array(InitPolicy).parse(initPolicies)
