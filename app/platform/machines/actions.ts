'use server'

import { action } from '@/app/_server/action'
import { CreatePoolSchema, createPool } from '@/lib/init/create-pool'

export const makePool = action(CreatePoolSchema, createPool)
