import { join } from 'node:path'
import { type DropOrder, isDropOrderSigned } from '@/lib/protocol/drop'
import { type FileAct, type FileOrder, type FileSay, isFileOrderSigned } from '@/lib/protocol/files'
import { pathOf } from '@/lib/protocol/machine-template'
import { dropData } from './drop-data'
import { toFailure } from './failure'
import { refusal } from './file-beneath'
import { FileTransfer, type Place } from './file-transfer'
import { type Line, Orders } from './orders'
import type { UnitContext } from './unit-context'
import { taken } from './unit-folder'
import type { UnitRecord } from './unit-record'

const mostTransfers = 32

/** Files of units that people look at, and data that people delete. A transfer ends with the connection: who wanted it asks again. */
export class Files {
  private readonly open = new Map<string, FileTransfer>()
  private readonly orders = new Orders('file', isFileOrderSigned)
  private readonly drops = new Orders('drop', isDropOrderSigned)

  constructor(
    private readonly ctx: UnitContext,
    private readonly recordOf: (unitId: string) => UnitRecord | undefined,
    private readonly records: () => readonly UnitRecord[],
  ) {}

  connected(line: Line): void {
    this.orders.connected(line)
    this.drops.connected(line)
  }

  disconnected(): void {
    this.orders.disconnected()
    this.drops.disconnected()
    for (const transfer of this.open.values()) transfer.stop()
    this.open.clear()
  }

  async take(order: FileOrder, raw: Record<string, unknown>): Promise<void> {
    if (this.orders.takes(order, raw)) await this.perform(order)
  }

  /** Not waited for: much may lie there. */
  drop(order: DropOrder, raw: Record<string, unknown>): void {
    if (!this.drops.takes(order, raw)) return
    const { lineId, path } = order
    const answer = (code: string | null, message: string) =>
      this.drops.line?.wire.send({ type: 'drop-said', lineId, code, message: message.slice(0, 1000) })
    const used = this.records().flatMap((record) => record.dir ?? [])
    dropData(this.ctx.home, path, used).then(
      () => answer(null, ''),
      (error: unknown) => answer(toFailure(error).code, toFailure(error).message),
    )
  }

  private async perform({ transferId, act }: FileOrder): Promise<void> {
    const known = this.open.get(transferId)
    if (act.kind === 'part' || act.kind === 'more' || act.kind === 'stop') return known?.go(act)
    if (known) return
    const transfer = new FileTransfer(transferId, act, (seq, word) => this.say(transferId, seq, word))
    if (this.open.size >= mostTransfers) return transfer.fail(refusal('failed', 'Too many files are on their way on this machine.'))
    this.open.set(transferId, transfer)
    await transfer.begin(() => this.placeOf(act))
  }

  /** Where it is, and whose. A unit that is not here has no files. */
  private async placeOf({ unitId }: Extract<FileAct, { unitId: string }>): Promise<Place> {
    const record = this.recordOf(unitId)
    if (!record?.dir || !record.content || record.state === 'removed')
      throw refusal('no_unit', 'The unit has not been installed on this machine.')
    const written = new Set(record.content.files.map(pathOf))
    return {
      root: join(this.ctx.home.apps, record.dir),
      owner: await this.ctx.users.userFor(record.content.applicationUser),
      isOurs: (path) => taken.has(path.split('/')[0] ?? ''),
      isKept: (path) => taken.has(path.split('/')[0] ?? '') || written.has(path),
    }
  }

  private say(transferId: string, seq: number, word: FileSay): void {
    this.orders.line?.wire.send({ type: 'file-said', transferId, seq, say: word })
    if (word.kind === 'end') this.open.delete(transferId)
  }
}
