import { subscribe } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { FileTransfer } from '@/lib/db/generated/client'
import { AppError, type ErrorCode } from '@/lib/errors'
import { pace } from '@/lib/pace'
import type { FileAct, FileSay } from '@/lib/protocol/files'
import { keepPart, takeSaid } from './file-parts'
import { fileNewsTopic, orderFile } from './order-file'

type Begin = Extract<FileAct, { unitId: string }>

/** News that the bus lost is made good. */
const lookAgainMs = 1_000
/** An agent older than this answers nothing. */
const silent = 'The machine does not answer. If its agent is older than this hub, update it.'

const errors: Readonly<Record<string, ErrorCode>> = {
  no_unit: 'not_found',
  no_file: 'not_found',
  too_large: 'too_large',
  denied: 'conflict',
  exists: 'conflict',
  failed: 'unavailable',
  changed: 'unavailable',
}

/** One transfer as the door that a person came to holds it: says what it wants, hears what the machine says, in its order. */
export class Transfer {
  private next = 1
  private waiting: FileSay[] = []
  private wake: () => void = () => undefined
  private isOver = false
  private readonly stop: () => void

  constructor(private readonly row: FileTransfer) {
    this.stop = subscribe(fileNewsTopic(row.id), () => this.wake())
  }

  async begin(act: Begin): Promise<void> {
    await orderFile(this.row, act)
  }

  /** What the machine says next; throws what a person can read when it says no, or nothing for too long. */
  async hear(): Promise<Exclude<FileSay, { kind: 'end' }> | undefined> {
    const until = clock.nowMs() + pace('fileSilence')
    for (;;) {
      const [word, ...rest] = this.waiting
      if (word) {
        this.waiting = rest
        if (word.kind !== 'end') return word
        await this.end(word.code)
        if (word.code) throw new AppError(errors[word.code] ?? 'conflict', word.message, { reason: `file_${word.code}` })
        return undefined
      }
      const news = this.news()
      this.waiting = await takeSaid(this.row.id, this.next)
      this.next += this.waiting.length
      if (this.waiting.length > 0) continue
      await this.insistOpen()
      if (clock.nowMs() > until) {
        await this.abandon('silent')
        throw new AppError('unavailable', silent, { reason: 'file_silent' })
      }
      await news
    }
  }

  /** Somebody else may have ended it: it took too long, this person was blocked, or nobody waits for it. */
  private async insistOpen(): Promise<void> {
    const { endedAt, code } = await db.fileTransfer.findUniqueOrThrow({ where: { id: this.row.id }, select: { endedAt: true, code: true } })
    if (!endedAt) return
    await this.end(code)
    throw new AppError('unavailable', 'This transfer was ended.', { reason: `file_${code ?? 'stopped'}` })
  }

  /** Listened for before rows are looked at, so that nothing falls between. */
  private news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookAgainMs)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** So many parts were taken; the next may come. */
  more(upTo: number): Promise<void> {
    return orderFile(this.row, { kind: 'more', upTo })
  }

  async send(seq: number, bytes: Buffer, isLast: boolean): Promise<void> {
    await keepPart(this.row.id, { kind: 'part', seq, data: bytes.toString('base64'), isLast })
    await orderFile(this.row, { kind: 'part', seq })
  }

  /** Nobody waits for it any more; the machine is told. */
  async abandon(code: string): Promise<void> {
    if (this.isOver) return
    await orderFile(this.row, { kind: 'stop' })
    await this.end(code)
  }

  private async end(code: string | null): Promise<void> {
    if (this.isOver) return
    this.isOver = true
    this.stop()
    this.wake()
    await db.fileTransfer.updateMany({ where: { id: this.row.id, endedAt: null }, data: { endedAt: clock.now(), code } })
    await db.filePart.deleteMany({ where: { transferId: this.row.id } })
  }
}
