import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'

/**
 * A backup is one gzip file: a line of JSON that says what follows, then for each table its rows as COPY writes them, cut into
 * pieces of known length (a zero ends a table), then a line that says that nothing is missing.
 */
const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/)

export const BackupHeaderSchema = z.object({
  tengenBackup: z.literal(1),
  at: z.iso.datetime(),
  /** Migrations that had been applied: the tables have exactly these columns. */
  migrations: z.array(z.string().regex(/^\d{14}_[a-z0-9-]+$/)),
  /** Proof of the master key, not the key. */
  keyCheck: z.string(),
  tables: z.array(z.object({ schema: identifier, name: identifier, columns: z.array(identifier), days: z.array(z.iso.date()) })),
  sequences: z.array(z.object({ schema: identifier, name: identifier, last: z.string().regex(/^\d+$/), isCalled: z.boolean() })),
})
export type BackupHeader = z.infer<typeof BackupHeaderSchema>

const endLine = 'complete\n'
const maxHeaderBytes = 8 << 20
const maxPieceBytes = 64 << 20

export class BackupWriter {
  private readonly gzip = createGzip({ level: 6 })
  private readonly done: Promise<void>

  constructor(file: string, header: BackupHeader) {
    const out = createWriteStream(file, { mode: 0o600 })
    this.gzip.pipe(out)
    this.done = finished(out)
    // Reported by close(); an early failure must not be an unhandled one.
    this.done.catch(() => {})
    this.gzip.write(`${JSON.stringify(header)}\n`)
  }

  async table(rows: Readable): Promise<void> {
    for await (const piece of rows) {
      const bytes = piece as Buffer
      if (bytes.length) await this.write(Buffer.concat([lengthOf(bytes.length), bytes]))
    }
    await this.write(lengthOf(0))
  }

  async close(): Promise<void> {
    this.gzip.end(endLine)
    await this.done
  }

  private async write(bytes: Buffer): Promise<void> {
    if (!this.gzip.write(bytes)) await once(this.gzip, 'drain')
  }
}

const lengthOf = (bytes: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(bytes)
  return buffer
}

export class BackupReader {
  private readonly pieces: AsyncIterator<Buffer>
  private buffer = Buffer.alloc(0)

  private constructor(file: string) {
    const gunzip = createGunzip()
    createReadStream(file)
      .on('error', (error) => gunzip.destroy(error))
      .pipe(gunzip)
    this.pieces = (gunzip as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  static async open(file: string): Promise<{ reader: BackupReader; header: BackupHeader }> {
    const reader = new BackupReader(file)
    const line = await reader.line().catch((error: unknown) => {
      throw new Error(`${file} is not a backup of Tengen.`, { cause: error })
    })
    const header = BackupHeaderSchema.safeParse(parseJson(line))
    if (!header.success) throw new Error(`${file} is not a backup of Tengen, or of another version of it.`)
    return { reader, header: header.data }
  }

  /** Writes the rows of the next table into `into`, which is ended. */
  async table(into: Writable): Promise<void> {
    const done = finished(into)
    done.catch(() => {})
    for (;;) {
      const length = (await this.take(4)).readUInt32BE()
      if (length === 0) break
      if (length > maxPieceBytes) throw new Error('The backup is damaged.')
      if (!into.write(await this.take(length))) await Promise.race([once(into, 'drain'), done])
    }
    into.end()
    await done
  }

  /** Throws unless the file is whole: called before what was read is believed. */
  async expectEnd(): Promise<void> {
    if (`${await this.line()}\n` !== endLine) throw new Error('The backup is not complete.')
  }

  private async line(): Promise<string> {
    let end = this.buffer.indexOf(10)
    while (end < 0) {
      if (this.buffer.length > maxHeaderBytes) throw new Error('The backup is damaged.')
      await this.more()
      end = this.buffer.indexOf(10)
    }
    return (await this.take(end + 1)).subarray(0, end).toString()
  }

  private async take(bytes: number): Promise<Buffer> {
    while (this.buffer.length < bytes) await this.more()
    const taken = this.buffer.subarray(0, bytes)
    this.buffer = this.buffer.subarray(bytes)
    return taken
  }

  private async more(): Promise<void> {
    const { value, done } = await this.pieces.next()
    if (done) throw new Error('The backup ends too early.')
    this.buffer = Buffer.concat([this.buffer, value])
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
