'use server'

import { action } from '@/app/_server/action'
import { DecideLedgerSchema, decideLedger } from '@/lib/ledger/decide-ledger'

export const decideLine = action(DecideLedgerSchema, decideLedger)
