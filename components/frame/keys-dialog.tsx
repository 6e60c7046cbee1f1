'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import type { FrameView } from '@/lib/organizations/views'
import { type NavEntry, navEntries, platformEntries } from './nav'

/** Keys of the lists and pages themselves; where one has nothing to do it does nothing. */
const rows = [
  ['palette', 'Ctrl K'],
  ['filter', '/'],
  ['create', 'c'],
  ['approve', 'a'],
  ['follow', 'f'],
  ['select', 'Space'],
  ['range', 'Shift ↓'],
  ['keys', '?'],
] as const

function Keys({ title, list }: { title?: string; list: readonly (readonly [name: string, keys: string])[] }) {
  if (list.length === 0) return null
  return (
    <>
      {title ? <h3>{title}</h3> : null}
      <dl>
        {list.map(([name, keys]) => (
          <div key={keys}>
            <dt>{name}</dt>
            <dd>
              {keys.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

interface Props {
  frame: FrameView
  open: boolean
  onClose: () => void
}

export function KeysDialog({ frame, open, onClose }: Props) {
  const t = useTranslations()
  const pathname = usePathname()
  const going = (entries: NavEntry[]) => entries.map(({ key, go }) => [t(`nav.${key}`), `g ${go}`] as const)
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} footer={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <div className="keys">
        <Keys list={rows.map(([key, keys]) => [t(`keys.${key}`), keys])} />
        <Keys title={t('keys.go')} list={going(navEntries(frame, pathname))} />
        <Keys title={t('nav.platform')} list={going(platformEntries(frame))} />
      </div>
    </Dialog>
  )
}
