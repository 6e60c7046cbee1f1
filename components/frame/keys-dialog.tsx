'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'

const rows = [
  ['palette', 'Ctrl K'],
  ['filter', '/'],
  ['overview', 'g o'],
  ['services', 'g s'],
  ['variables', 'g v'],
  ['deploys', 'g d'],
  ['approvals', 'g a'],
  ['catalogue', 'g c'],
  ['create', 'c'],
  ['approve', 'a'],
  ['follow', 'f'],
  ['select', 'Space'],
  ['range', 'Shift ↓'],
  ['keys', '?'],
] as const

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations()
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} footer={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <dl className="keys">
        {rows.map(([key, keys]) => (
          <div key={key}>
            <dt>{t(`keys.${key}`)}</dt>
            <dd>
              {keys.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
