import { z } from 'zod'
import { recordCallback } from '@/lib/deploys/record-callback'
import { LogLine } from '@/lib/protocol/news'
import { openRoute } from './route'

const CallbackSchema = z
  .object({
    seq: z.int().min(1),
    log: z.array(LogLine).max(5000).optional(),
    done: z.object({ ok: z.boolean(), code: z.string().max(60).optional(), message: z.string().max(2000).optional() }).optional(),
    delete: z.object({ reason: z.string().max(2000) }).optional(),
    hole: z.tuple([z.int().min(1), z.int().min(1)]).optional(),
  })
  .refine((body) => [body.log, body.done, body.delete, body.hole].filter((part) => part !== undefined).length === 1, {
    message: 'must be exactly one of log, done, delete, hole',
  })
  .meta({ id: 'Callback' })

const AnswerSchema = z.object({ ack: z.int(), ignored: z.literal(true).optional() }).meta({ id: 'CallbackAnswer' })

/** The one voice from outside (5-model 4): log, done, delete, numbered and acknowledged after the commit. */
export const callbackRoutes = [
  openRoute({
    method: 'POST',
    path: '/api/v1/callbacks/{recordId}/{taskId}/{attempt}',
    summary: 'Report about a task: log, done or delete',
    params: z.object({ recordId: z.string().max(64), taskId: z.string().max(64), attempt: z.coerce.number().int().min(1) }),
    body: CallbackSchema,
    response: AnswerSchema,
    handle: ({ params, body, bearer }) => recordCallback(params, body, bearer ?? ''),
  }),
]
