import { Readable } from 'node:stream'
import { z } from 'zod'
import { getCopy } from '@/lib/copies/get-copy'
import { keepPart } from '@/lib/copies/keep-part'
import { readPart } from '@/lib/copies/read-part'
import { recordPacked } from '@/lib/copies/record-packed'
import { recordVerified } from '@/lib/copies/record-verified'
import { AppError } from '@/lib/errors'
import { CopyPacked, CopyState, copyPartBytes, DataContents } from '@/lib/protocol/copy'
import { Digest, Id } from '@/lib/protocol/names'
import { openRoute } from './route'

const aCopy = z.object({ copy: Id })
const aPart = aCopy.extend({ index: z.coerce.number().int().min(0).max(1_000_000) })

/** One part is held in memory at a time for each copy that comes in. */
async function readWhole(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body instanceof Readable ? body : []) {
    size += (chunk as Buffer).length
    if (size > copyPartBytes) throw new AppError('too_large', 'The part is too large.')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** Data of units between their machines, with the bearer of the machine’s session. */
export const copyRoutes = [
  openRoute({
    method: 'GET',
    path: '/api/v1/agent/copies/{copy}',
    summary: 'What of a copy has arrived (agents only)',
    params: aCopy,
    response: CopyState.meta({ id: 'CopyState' }),
    handle: ({ params, bearer }) => getCopy(bearer ?? '', { copyId: params.copy }),
  }),
  openRoute({
    method: 'PUT',
    path: '/api/v1/agent/copies/{copy}/parts/{index}',
    summary: 'Send a part of a copy (agents only)',
    params: aPart,
    query: z.object({ digest: Digest }),
    consumes: ['application/octet-stream'],
    bodyLimit: copyPartBytes,
    status: 204,
    async handle({ params, query, bearer, request, reply }) {
      await keepPart(bearer ?? '', { copyId: params.copy, index: params.index, ...query }, () => readWhole(request.body))
      return reply.code(204).send()
    },
  }),
  openRoute({
    method: 'GET',
    path: '/api/v1/agent/copies/{copy}/parts/{index}',
    summary: 'Fetch a part of a copy (agents only)',
    params: aPart,
    produces: 'application/octet-stream',
    async handle({ params, bearer, reply }) {
      const { digest, bytes } = await readPart(bearer ?? '', { copyId: params.copy, index: params.index })
      reply.header('content-type', 'application/octet-stream').header('cache-control', 'no-store').header('etag', `"${digest}"`)
      return reply.send(bytes)
    },
  }),
  openRoute({
    method: 'POST',
    path: '/api/v1/agent/copies/{copy}/packed',
    summary: 'Say that a copy is whole (agents only)',
    params: aCopy,
    body: CopyPacked,
    status: 204,
    async handle({ params, bearer, body, reply }) {
      await recordPacked(bearer ?? '', { copyId: params.copy, ...body })
      return reply.code(204).send()
    },
  }),
  openRoute({
    method: 'POST',
    path: '/api/v1/agent/copies/{copy}/verified',
    summary: 'Say what was unpacked (agents only)',
    params: aCopy,
    body: DataContents,
    status: 204,
    async handle({ params, bearer, body, reply }) {
      await recordVerified(bearer ?? '', { copyId: params.copy, ...body })
      return reply.code(204).send()
    },
  }),
]
