import { Readable } from 'node:stream'
import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { listFiles } from '@/lib/files/list-files'
import { readFileText, streamFile } from '@/lib/files/read-file'
import { FileListSchema, FileTextSchema, ListFilesSchema, mostWrittenBytes, ReadFileSchema, WrittenSchema } from '@/lib/files/views'
import { writeFile } from '@/lib/files/write-file'
import { inApplication, slug } from './inputs'
import { route } from './route'

const ofUnit = '/api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files'
const aUnit = inApplication.extend({ service: slug, unit: slug })
const address = ({ org, app, service, unit }: z.output<typeof aUnit>) => ({
  organization: org,
  application: app,
  name: service,
  unitId: unit,
})
const aFile = ReadFileSchema.pick({ path: true })

/** Any name, as headers carry it. */
const attachment = (path: string) => `attachment; filename*=UTF-8''${encodeURIComponent(path.split('/').pop() ?? 'file')}`

/** Files below the folder of a unit on a machine. */
export const fileRoutes = [
  route({
    method: 'GET',
    path: ofUnit,
    summary: 'What lies in a folder of a unit',
    params: aUnit,
    query: ListFilesSchema.pick({ path: true }),
    response: FileListSchema.meta({ id: 'FileList' }),
    handle: ({ actor, params, query }) => listFiles(actor, { ...address(params), ...query }),
  }),
  route({
    method: 'GET',
    path: `${ofUnit}/text`,
    summary: 'A file as text: its beginning, or that it is none',
    params: aUnit,
    query: aFile,
    response: FileTextSchema.meta({ id: 'FileText' }),
    handle: ({ actor, params, query }) => readFileText(actor, { ...address(params), ...query }),
  }),
  route({
    method: 'GET',
    path: `${ofUnit}/content`,
    summary: 'A file, byte for byte',
    params: aUnit,
    query: aFile,
    produces: 'application/octet-stream',
    async handle({ actor, params, query, reply }) {
      const { sentBytes, chunks, close } = await streamFile(actor, { ...address(params), ...query })
      reply.raw.once('close', () => void close())
      reply.header('content-type', 'application/octet-stream').header('content-length', sentBytes).header('cache-control', 'no-store')
      reply.header('content-disposition', attachment(query.path))
      return reply.send(Readable.from(chunks, { objectMode: false, highWaterMark: 1 << 18 }))
    },
  }),
  route({
    method: 'PUT',
    path: `${ofUnit}/content`,
    summary: 'Put a file there, whole or not at all',
    params: aUnit,
    query: aFile.extend({ replace: z.stringbool().default(false) }),
    consumes: ['application/octet-stream'],
    bodyLimit: mostWrittenBytes,
    response: WrittenSchema.meta({ id: 'WrittenFile' }),
    handle({ actor, params, query, request, signal }) {
      const sizeBytes = Number(request.headers['content-length'] ?? Number.NaN)
      if (!Number.isSafeInteger(sizeBytes)) throw new AppError('invalid', 'A content-length is needed.')
      const content = request.body instanceof Readable ? request.body : Readable.from([])
      return writeFile(actor, { ...address(params), ...query, sizeBytes, content, signal })
    },
  }),
]
