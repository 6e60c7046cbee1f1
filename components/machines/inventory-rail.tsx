'use client'

import { useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { DateOnly } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { KeyValues } from '@/components/ui/facts'
import { RailSection } from '@/components/ui/section'
import type { MachineView } from '@/lib/machines/views'
import { InventoryDialog, type SetInventory } from './inventory-dialog'

export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <span className="row wrap">
      {Object.entries(labels).map(([name, value]) => (
        <span key={name} className="tag">
          {name}={value}
        </span>
      ))}
    </span>
  )
}

/** What operators say of the machine, beside what its agent reports. */
export function InventoryRail({ machine, set }: { machine: MachineView; set: SetInventory }) {
  const t = useTranslations()
  const format = useFormatter()
  const [isEditing, edit] = useState(false)
  const { owner, cost, zone, rack, labels, configuration, note, expiresAt } = machine.inventory
  const price = cost && format.number(cost.amount, { style: 'currency', currency: cost.currency })
  const rows = [
    owner ? ([t('inventory.field.owner'), owner] as const) : null,
    price ? ([t('inventory.cost'), t('inventory.aMonth', { price })] as const) : null,
    zone ? ([t('inventory.field.zone'), zone] as const) : null,
    rack ? ([t('inventory.field.rack'), rack] as const) : null,
    expiresAt ? ([t('inventory.field.expiresAt'), <DateOnly key="e" at={expiresAt} />] as const) : null,
    Object.keys(labels).length > 0 ? ([t('inventory.field.labels'), <Labels key="l" labels={labels} />] as const) : null,
    ...Object.entries(configuration).map(
      ([name, value]) =>
        [
          name,
          <span key={name} className="brk">
            {value}
          </span>,
        ] as const,
    ),
    note
      ? ([
          t('inventory.field.note'),
          <span key="n" className="brk whitespace-pre-line">
            {note}
          </span>,
        ] as const)
      : null,
  ]
  return (
    <RailSection
      title={t('inventory.title')}
      end={
        <Button size="sm" tone="ghost" onClick={() => edit(true)}>
          {t('inventory.edit')}
        </Button>
      }
    >
      {rows.some(Boolean) ? <KeyValues rows={rows} /> : <p className="t3">{t('inventory.nothing')}</p>}
      {isEditing ? <InventoryDialog machine={machine} set={set} close={() => edit(false)} /> : null}
    </RailSection>
  )
}
