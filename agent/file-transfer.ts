import { type FileAct, type FileSay, partBytes, partWindow } from '@/lib/protocol/files'
import { FileToRead, FileToWrite, listBeneath, refusal, refusalOf } from './file-beneath'
import type { RunUser } from './holder'
import { paced } from './pace'

export interface Place {
  readonly root: string
  readonly owner: RunUser | undefined
  /** The agent keeps it for itself: nobody else writes there. */
  readonly isOurs: (path: string) => boolean
  /** What is put there does not stay. */
  readonly isKept: (path: string) => boolean
}

type Begin = Extract<FileAct, { unitId: string }>
type Go = Exclude<FileAct, Begin>

/** Nobody took or sent anything for so long. */
const idleMs = 60_000

/** One list, one file on its way out or in. It never has more in memory than the window allows. */
export class FileTransfer {
  private seq = 0
  private reading: { file: FileToRead; left: number; sent: number } | undefined
  private writing: { file: FileToWrite; left: number; got: number } | undefined
  private isOver = false
  private idle: NodeJS.Timeout

  constructor(
    private readonly id: string,
    private readonly act: Begin,
    private readonly say: (seq: number, word: FileSay) => void,
  ) {
    this.idle = this.watch()
  }

  private watch(): NodeJS.Timeout {
    return setTimeout(() => this.fail(refusal('failed', 'Nobody went on with it.')), Math.max(paced(idleMs), 5000))
  }

  async begin(placeOf: () => Promise<Place>): Promise<void> {
    try {
      const place = await placeOf()
      const { act } = this
      if (act.kind === 'list') this.list(place)
      else if (act.kind === 'read') this.open(place, act)
      else this.create(place, act)
    } catch (error) {
      this.fail(error)
    }
  }

  go(act: Go): void {
    if (this.isOver) return
    clearTimeout(this.idle)
    this.idle = this.watch()
    try {
      if (act.kind === 'stop') this.stop()
      else if (act.kind === 'more') this.sendParts(act.upTo)
      else this.write(act)
    } catch (error) {
      this.fail(error)
    }
  }

  private list(place: Place): void {
    const { entries, isCut } = listBeneath(place.root, this.act.path, place.isKept)
    this.tell({ kind: 'entries', entries, isCut })
    this.end(null)
  }

  private open({ root, owner }: Place, { path, mostBytes, isCut }: Extract<Begin, { kind: 'read' }>): void {
    const file = FileToRead.open(root, path, owner)
    this.reading = { file, left: Math.min(file.sizeBytes, mostBytes), sent: 0 }
    if (file.sizeBytes > mostBytes && !isCut)
      throw refusal('too_large', `It has ${file.sizeBytes} bytes; at most ${mostBytes} are handed out.`)
    this.tell({ kind: 'file', sizeBytes: file.sizeBytes, sentBytes: this.reading.left, modifiedAt: file.modifiedAt })
    this.sendParts(0)
  }

  private sendParts(upTo: number): void {
    const { reading } = this
    if (!reading) return
    while (reading.left > 0 && reading.sent - upTo < partWindow) {
      const bytes = reading.file.read(Math.min(partBytes, reading.left))
      reading.left -= bytes.length
      reading.sent += 1
      this.tell({ kind: 'part', data: bytes.toString('base64') })
    }
    if (reading.left === 0) this.end(null)
  }

  private create({ root, owner, isOurs }: Place, { path, replace, sizeBytes }: Extract<Begin, { kind: 'write' }>): void {
    if (isOurs(path)) throw refusal('reserved')
    this.writing = { file: FileToWrite.open(root, path, this.id, { replace, owner }), left: sizeBytes, got: 0 }
    this.tell({ kind: 'got', upTo: 0 })
  }

  private write({ seq, data, isLast }: Extract<Go, { kind: 'part' }>): void {
    const { writing } = this
    if (!writing || seq !== writing.got + 1) throw refusal('failed', 'A part of the file was lost on its way.')
    const bytes = Buffer.from(data, 'base64')
    writing.left -= bytes.length
    if (writing.left < 0 || (isLast && writing.left > 0)) throw refusal('failed', 'The file is not as long as was said.')
    writing.file.write(bytes)
    writing.got = seq
    if (!isLast) return this.tell({ kind: 'got', upTo: seq })
    writing.file.finish()
    this.writing = undefined
    this.end(null)
  }

  fail(error: unknown): void {
    if (this.isOver) return
    const { code, message } = refusalOf(error)
    this.end({ code, message })
  }

  /** Nobody wants it any more. */
  stop(): void {
    this.isOver = true
    clearTimeout(this.idle)
    this.reading?.file.close()
    this.writing?.file.abandon()
    this.reading = undefined
    this.writing = undefined
  }

  private end(failure: { code: string; message: string } | null): void {
    this.stop()
    this.tell({ kind: 'end', code: (failure?.code ?? null) as never, message: failure?.message.slice(0, 1000) ?? '' })
  }

  private tell(word: FileSay): void {
    this.seq += 1
    this.say(this.seq, word)
  }
}
