'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { verifyAudit as verify } from '@/lib/audit/verify-audit'

export const verifyAudit = action(z.object({ organization: z.string().max(100).optional() }), verify)
