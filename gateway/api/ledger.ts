import { z } from 'zod'
import { DecideLedgerSchema, decideLedger } from '@/lib/ledger/decide-ledger'
import { ListLedgerSchema, listLedger } from '@/lib/ledger/list-ledger'
import { LedgerListSchema, ledgerActs, ledgerKinds } from '@/lib/ledger/views'
import { several } from './inputs'
import { route } from './route'

/** What was or may have been left behind, for operators. */
export const ledgerRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/ledger',
    summary: 'What was or may have been left behind, newest first',
    query: ListLedgerSchema.extend({ kind: several(z.enum(ledgerKinds)) }),
    response: LedgerListSchema.meta({ id: 'LedgerList' }),
    handle: ({ actor, query }) => listLedger(actor, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/ledger/{line}/acts/{act}',
    summary: 'Adopt, remove or forget it',
    params: z.object({ line: z.string().max(100), act: z.enum(ledgerActs) }),
    body: DecideLedgerSchema.pick({ typedName: true }).prefault({}),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await decideLedger(actor, { lineId: params.line, act: params.act, ...body })
      return reply.code(204).send()
    },
  }),
]
