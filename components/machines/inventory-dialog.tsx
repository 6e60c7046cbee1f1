'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import type { Inventory } from '@/lib/machines/inventory-views'
import type { MachineView } from '@/lib/machines/views'
import type { Act, PublicError } from '@/lib/views'
import { draftOf, type InventoryField, inventoryFields, readInventory } from './inventory-draft'

export type SetInventory = Act<Inventory & { machineId: string; revision: number }>

const long: Partial<Record<InventoryField, number>> = { labels: 3, configuration: 4, note: 3 }
const narrow: readonly InventoryField[] = ['amount', 'currency']

/** What an operator says of a machine, all of it in one form. */
export function InventoryDialog({ machine, set, close }: { machine: MachineView; set: SetInventory; close: () => void }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [revision] = useState(machine.inventoryRevision)
  const [draft, setDraft] = useState(() => draftOf(machine.inventory))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const { inventory, wrong } = readInventory(draft)
  const [first] = wrong
  const save = async () => {
    if (!inventory) return
    setBusy(true)
    const answer = await set({ ...inventory, machineId: machine.id, revision })
    setBusy(false)
    if (!answer.ok) return setError(answer.error)
    close()
    router.refresh()
  }
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
    <Dialog
      open
      onClose={close}
      wide
      title={t('inventory.editOf', { name: machine.name })}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button
            tone="primary"
            busy={busy}
            why={first ? t('init.fixFirst', { field: t(`inventory.field.${first}`) }) : undefined}
            onClick={() => void save()}
          >
            {t('inventory.save')}
          </Button>
        </>
      }
    >
      {error ? <Notice tone="red" role="alert" title={error.code === 'stale' ? error.message : failure(error)} /> : null}
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
    </Dialog>
  )
}
