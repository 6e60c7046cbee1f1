import { Readable } from 'node:stream'
import { AppError } from '@/lib/errors'

export const archiveTypes = ['application/gzip', 'application/x-gzip', 'application/zip', 'application/octet-stream']
export const mostArchiveBytes = 64 << 20

/** An archive is read whole before it is looked at: its directory may stand at its end. */
export async function readArchiveBody(body: unknown): Promise<Buffer> {
  if (!(body instanceof Readable)) throw new AppError('invalid', 'Send the archive as the body.')
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += (part as Buffer).length
    if (bytes > mostArchiveBytes) throw new AppError('too_large', `A package has at most ${mostArchiveBytes >> 20} MiB.`)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}
