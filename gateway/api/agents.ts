import { Readable } from 'node:stream'
import { z } from 'zod'
import { streamPackage } from '@/lib/catalog/stream-package'
import { openRoute } from './route'

/** What agents fetch over HTTP: packages by digest, with the bearer of their session. */
export const agentRoutes = [
  openRoute({
    method: 'GET',
    path: '/api/v1/agent/blobs/{digest}',
    summary: 'Download a package (agents only)',
    params: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) }),
    produces: 'application/gzip',
    async handle({ params, bearer, reply }) {
      const { sizeBytes, chunks } = await streamPackage(bearer ?? '', params.digest)
      reply.header('content-type', 'application/gzip').header('content-length', sizeBytes).header('cache-control', 'private, immutable')
      return reply.send(Readable.from(chunks))
    },
  }),
]
