'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { Inventory } from '@/lib/machines/inventory-views'
import type { MachineView } from '@/lib/machines/views'
import type { Act } from '@/lib/views'
import { draftOf, type InventoryField, inventoryFields, readInventory } from './inventory-draft'

export type SetInventory = Act<Inventory & { machineId: string; revision: number }>

const long: Partial<Record<InventoryField, number>> = { labels: 3, configuration: 4, note: 3 }
const narrow: readonly InventoryField[] = ['amount', 'currency']

/** What an operator says of a machine, all of it in one form. */
export function InventoryDialog({ machine, set, close }: { machine: MachineView; set: SetInventory; close: () => void }) {
  const t = useTranslations()
  const [revision] = useState(machine.inventoryRevision)
  const [draft, setDraft] = useState(() => draftOf(machine.inventory))
  const acting = useAct()
  const { inventory, wrong } = readInventory(draft)
  const [first] = wrong
  const control = (key: InventoryField) => {
    const id = `inventory-${key}`
    const bad = wrong.includes(key)
    const common = {
      id,
      value: draft[key],
      spellCheck: false,
      'aria-describedby': describedBy(id, bad, true),
      onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [key]: event.target.value }),
    }
    if (long[key]) return <textarea className={bad ? 'input bad' : 'input'} rows={long[key]} aria-invalid={bad || undefined} {...common} />
    return (
      <Input
        bad={bad}
        {...common}
        {...(narrow.includes(key) ? { boxClass: 'narrow' } : {})}
        {...(key === 'expiresAt' ? { type: 'date' } : key === 'amount' ? { inputMode: 'decimal' as const } : {})}
      />
    )
  }
  return (
    <ActDialog
      title={t('inventory.editOf', { name: machine.name })}
      verb={t('inventory.save')}
      wide
      why={first ? t('init.fixFirst', { field: t(`inventory.field.${first}`) }) : undefined}
      acting={acting}
      act={inventory && (() => set({ ...inventory, machineId: machine.id, revision }))}
      close={close}
    >
      {inventoryFields.map((key) => (
        <Field
          key={key}
          id={`inventory-${key}`}
          label={t(`inventory.field.${key}`)}
          error={wrong.includes(key) ? t(`inventory.rule.${key}`) : undefined}
          help={t(`inventory.rule.${key}`)}
        >
          {control(key)}
        </Field>
      ))}
    </ActDialog>
  )
}
