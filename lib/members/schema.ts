import { z } from 'zod'

export const refusalAnswer = z.string().trim().min(3, 'Say why.').max(1000)
