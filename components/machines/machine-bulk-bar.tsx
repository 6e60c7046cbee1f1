'use client'

import { useTranslations } from 'use-intl'
import { Button, ButtonLink } from '@/components/ui/button'
import type { MachineRow } from '@/lib/machines/views'
import { paths } from '@/lib/paths'

/** What can be done with the selected machines; it stands only while some are. */
export function MachineBulkBar({ rows, onClear }: { rows: readonly MachineRow[]; onClear: () => void }) {
  const t = useTranslations()
  if (rows.length === 0) return null
  return (
    <div className="bulk-dock">
      <div className="bulk" role="toolbar" aria-label={t('commands.bulk')}>
        <span className="grow nowrap num" role="status">
          {t('commands.selected', { count: rows.length })}
        </span>
        <ButtonLink icon="terminal" href={paths.runOnMachines(rows.map((row) => row.name))}>
          {t('commands.title')}
        </ButtonLink>
        <Button icon="close" label={t('services.bulk.clear')} onClick={onClear} />
      </div>
    </div>
  )
}
