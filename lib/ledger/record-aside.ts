import type { Tx } from '@/lib/db/client'
import type { AsideNews } from '@/lib/protocol/news'
import { ledgerWords } from './words'

export interface AsideItem {
  readonly machineId: string
  readonly news: AsideNews
}

/** Data that were left behind lie elsewhere now: their line says where. What nobody knew of becomes a line. */
export async function recordAside(tx: Tx, items: readonly AsideItem[]): Promise<void> {
  for (const { machineId, news } of items) {
    const known = await tx.ledger.updateMany({
      where: { kind: 'data', machineId, what: news.from, closedAt: null },
      data: { what: news.to },
    })
    if (known.count > 0 || (await tx.ledger.count({ where: { kind: 'data', machineId, what: news.to } })) > 0) continue
    const unit = await tx.unit.findUnique({ where: { id: news.unitId }, include: { stage: { include: { service: true } } } })
    if (!unit) continue
    const { organizationId, name } = unit.stage.service
    const what = { kind: 'data', machineId, unitId: unit.id, unitName: `${name}/${unit.ordinal}`, generation: unit.generation }
    await tx.ledger.create({ data: { ...what, organizationId, ...ledgerWords(news.to, { code: 'because_aside' }) } })
  }
}
