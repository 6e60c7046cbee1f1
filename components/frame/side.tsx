'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { FrameView } from '@/lib/organizations/views'
import { isCurrent, type NavEntry, navEntries, platformEntries } from './nav'
import { Switcher } from './switcher'
import { UserMenu } from './user-menu'

function Entries({ entries, label }: { entries: NavEntry[]; label: string }) {
  const t = useTranslations()
  const pathname = usePathname()
  if (entries.length === 0) return null
  return (
    <nav className="nav" aria-label={label}>
      {entries.map((entry) => (
        <Link key={entry.key} href={entry.href} aria-current={isCurrent(entry, pathname) ? 'page' : undefined}>
          <Icon name={entry.icon} />
          {t(`nav.${entry.key}`)}
          {entry.count === undefined ? null : <span className={entry.asks ? 'n ask' : 'n'}>{entry.count}</span>}
        </Link>
      ))}
    </nav>
  )
}

interface Props {
  frame: FrameView
  signOut: () => Promise<void>
  onKeys: () => void
}

export function Side({ frame, signOut, onKeys }: Props) {
  const t = useTranslations()
  const pathname = usePathname()
  return (
    <>
      <Switcher frame={frame} />
      <Entries entries={navEntries(frame, pathname)} label={t('nav.main')} />
      <Entries entries={platformEntries(frame)} label={t('nav.platform')} />
      <div className="foot">
        <UserMenu frame={frame} signOut={signOut}>
          <button type="button" className="who">
            <Avatar name={frame.user.name} />
            <span className="cut grow">{frame.user.name}</span>
            <Icon name="chevrons" size={14} />
          </button>
        </UserMenu>
        <Button tone="ghost" size="sm" icon="help" label={t('keys.title')} onClick={onKeys} />
      </div>
    </>
  )
}
