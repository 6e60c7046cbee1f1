'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import type { ServiceRow } from '@/lib/services/views'
import { BulkDialog } from './bulk-dialog'
import { type BulkVerb, bulkVerbs } from './bulk-state'

interface Props {
  rows: readonly ServiceRow[]
  organizationSlug: string
  onClear: () => void
  /** These were asked for: they need not stay selected. */
  onDone: (stageIds: readonly string[]) => void
}

const icons = { restart: 'restart', scale: 'scale', remove: 'trash' } as const

/** What can be done with the selected services; it stands only while some are. */
export function BulkBar({ rows, organizationSlug, onClear, onDone }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [asked, setAsked] = useState<{ verb: BulkVerb; rows: readonly ServiceRow[] } | null>(null)
  /** Off only where it is off for each of them; the dialog tells them apart. */
  const why = (verb: BulkVerb) => {
    const gates = rows.map((row) => row.gates[verb])
    return gates[0] && gates.every((gate) => !gate.allowed) ? refusal(gates[0]) : undefined
  }
  const close = (done: string[]) => {
    setAsked(null)
    onDone(done)
  }
  if (rows.length === 0 && !asked) return null
  return (
    <>
      <div className="bulk-dock">
        <div className="bulk" role="toolbar" aria-label={t('services.bulk.label')}>
          <span className="grow nowrap num" role="status">
            {t('services.bulk.selected', { count: rows.length })}
          </span>
          {bulkVerbs.map((verb) => (
            <Button key={verb} icon={icons[verb]} why={why(verb)} onClick={() => setAsked({ verb, rows })}>
              {t(`services.bulk.act.${verb}`)}
            </Button>
          ))}
          <Button icon="close" label={t('services.bulk.clear')} onClick={onClear} />
        </div>
      </div>
      {asked ? <BulkDialog key={asked.verb} {...asked} organizationSlug={organizationSlug} onClose={close} /> : null}
    </>
  )
}
